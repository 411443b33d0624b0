// Generated from docs/report.schema.json by `npm run gen`. Do not edit.

/** What is in one table of one file. Everything but engine is a pure function of the file's bytes and the options. */
export type Report = {
  /** Raised only when a reader of older reports would break. */
  report_version: 1
  /** A later report of the same job replaces this one. */
  provisional: boolean
  /** Every row of the file was read. */
  complete: boolean
  source: Source
  /** All tables of the file. */
  tables: Array<Table>
  /** Data rows; a header is none. */
  rows: number
  /** In the file's order. */
  columns: Array<Column>
  /** Columns that are known, exactly, to have a value of its own in every row; absent without any. */
  keys?: Array<string>
  missing: Missing
  duplicates: Duplicates
  /** One matrix a method. */
  correlations: Array<Correlation>
  /** Strongest pairs first. */
  relationships: Array<Relationship>
  sample: Sample
  /** The alerts of all columns and of the table, most severe first. */
  alerts: Array<Alert>
  /** By code. */
  problems: Array<Problem>
  engine: Engine
}

/** How the bytes were read. */
export type Source = {
  /** File name, as given. */
  name: string
  /** Size of the file; -1 for a stream of unknown length. */
  size_bytes: number
  /** Hash of the file's bytes, lower-case hex; only where it was asked for. */
  sha256?: string
  /** What the file is: csv, ndjson, json, xlsx, parquet or arrow; further formats may be added. */
  format: string
  /** What was around it: none, gzip, zstd, bzip2, zip; others may be added. */
  compression: string
  /** Encoding of the text, as utf-8, utf-16le, iso-8859-1. */
  encoding: string
  /** CSV: what stands between cells, one character or two to four marks. */
  delimiter?: string
  /** CSV: the quote character; absent where there is none. */
  quote?: string
  /** CSV: the escape character; absent where quotes are only doubled. */
  escape?: string
  /** CSV: the first row holds the names of the columns. */
  header: boolean
  /** CSV: lines before the header that are not of the table. */
  skip_rows: number
  /** Name of the table that the report is about, where the file has several. */
  table?: string
  /** How sure the guesses above are. */
  confidence: number
  /** CSV: what the lines begin with that were left out as comments; absent where there are none. */
  comment?: string
  /** CSV: rows that the names of the columns were made of; absent without a header. */
  header_rows?: number
  /** CSV: rows behind the table that do not fit it and were left out, as totals and sources; absent where there are none. */
  footer_rows?: number
  /** How sure the encoding is; 1 where it was given, marked or proved by the bytes. */
  encoding_confidence?: number
  /** The options given by the user, by the command line's names. */
  options?: Record<string, unknown>
  /** The day behind which dates count as in the future: the option as_of, else the day of the upload or of the command. Absent: only dates of 2100 or later do. */
  as_of?: string
}

/** One table of the file; most files have exactly one. */
export type Table = {
  /** Name of the table: of the sheet, the path of an archive's member, or the file's own. */
  name: string
  /** Data rows; absent where the table was not read and the format does not say. */
  rows?: number
  /** Columns; absent likewise. */
  columns?: number
}

/** A way in which dates or times are written. */
export type Format = {
  /** As YYYY-MM-DD hh:mm:ss or DD/MM/YYYY; of durations as h:mm:ss. */
  format: string
  /** Values written so. */
  count: number
}

/** A way in which this column writes 'no value'. */
export type NullToken = {
  /** The text; empty for the empty cell. */
  value: string
  /** Cells that hold it. */
  count: number
}

/** Number of different non-null values. */
export type Distinct = {
  /** The number. */
  value: number
  /** The number is exact, not estimated. */
  exact: boolean
  /** Relative standard error of an estimate; 0 when exact. */
  error: number
  /** What is counted where it is not values: the ways of writing them (1 and 1.0 are two), in columns of very many numbers or times that may write one value in several ways. There are at most so many values; top counts what is written, too. */
  of?: "spellings"
}

/** One kind of value seen in a column. Nulls have no entry; counts add up to count - nulls. */
export type Evidence = {
  /** The kind. */
  type: "integer" | "decimal" | "boolean" | "date" | "time" | "datetime" | "duration" | "text" | "json"
  /** Values of this kind. */
  count: number
  /** Data row (from 1) where the first one stands. */
  first_row: number
  /** That first one. */
  example: string
  /** The value was longer than 256 characters and was cut. */
  truncated?: boolean
}

/** Figures of the column's numbers. Absent ones do not exist (of no values) or do not fit a double. */
export type Numeric = {
  /** Smallest finite value. */
  min?: number
  /** Largest finite value. */
  max?: number
  /** Arithmetic mean. */
  mean?: number
  /** Standard deviation of a sample (n-1). */
  std?: number
  /** Sum. */
  sum?: number
  /** Exact min, where a double cannot hold it. */
  min_text?: string
  /** Exact max, where a double cannot hold it. */
  max_text?: string
  /** Sum, where a double cannot hold it: of integers exactly, of decimals beyond a double to 16 digits. */
  sum_text?: string
  /** Values equal to 0. */
  zeros: number
  /** Values below 0. */
  negatives: number
  /** NaN and infinities; they are in no other figure. */
  nonfinite: number
  /** Skewness of the population, g1 = m3/m2^1.5, as scipy and polars have it. pandas and DuckDB write G1 = g1*sqrt(n(n-1))/(n-2). Absent where all values are the same. */
  skewness?: number
  /** Excess kurtosis of the population, g2 = m4/m2^2-3, as scipy and polars have it. pandas and DuckDB write G2 = ((n+1)*g2+6)(n-1)/((n-2)(n-3)). Absent where all values are the same. */
  kurtosis?: number
  /** Quantiles by their share; type 7 (linear interpolation) where exact. */
  quantiles?: {
    "0.01"?: number | null
    "0.05"?: number | null
    "0.1"?: number | null
    "0.25"?: number | null
    "0.5"?: number | null
    "0.75"?: number | null
    "0.9"?: number | null
    "0.95"?: number | null
    "0.99"?: number | null
  }
  /** Median absolute deviation: the median of the distances from the median, unscaled; exact where the quantiles are. */
  mad?: number
  /** The quantiles are exact. */
  exact: boolean
  /** Where they are not: how far the share of values below a quantile may be from the stated one (about 99 % sure). */
  rank_error: number
  /** The decimal mark, where it is not the point. */
  decimal_separator?: ","
  /** What stands between groups of digits, most often; a space of any width is a space, an apostrophe of any shape an apostrophe. */
  thousands_separator?: "," | "." | "'" | " "
  /** The one currency of all amounts (an ISO 4217 code, or the sign where several countries share it), or %. Figures are of the numbers as written: 12.5 for 12.5 %. */
  unit?: string
}

/** Figures of the column's dates and times, RFC 3339 text; naive ones without an offset; durations as ISO 8601. */
export type Temporal = {
  /** Earliest. */
  min?: string
  /** Latest. */
  max?: string
  /** Quantiles by their share. */
  quantiles?: {
    "0.01"?: string
    "0.05"?: string
    "0.1"?: string
    "0.25"?: string
    "0.5"?: string
    "0.75"?: string
    "0.9"?: string
    "0.95"?: string
    "0.99"?: string
  }
  /** The most frequent way of writing, as YYYY-MM-DD or DD/MM/YYYY. */
  format?: string
  /** The ways of writing, the most frequent first; at most 20. */
  formats?: Array<Format>
  /** Offset, where all values have the same one (Z or +02:00); 'mixed' where they differ; letters that stand for several zones (IST) as written, the times then as written too. */
  time_zone?: string
  /** Day and month could not be told apart anywhere in the column; month first was taken. */
  ambiguous: boolean
  /** The quantiles are exact. */
  exact: boolean
  /** As in numeric. */
  rank_error: number
}

/** Lengths in characters and shapes of the column's text. */
export type Text = {
  /** Shortest. */
  min_length: number
  /** Longest. */
  max_length: number
  /** Mean. */
  mean_length: number
  /** Values of white space alone. */
  blank: number
  /** Quantiles of the lengths. */
  quantiles?: {
    "0.01"?: number
    "0.05"?: number
    "0.1"?: number
    "0.25"?: number
    "0.5"?: number
    "0.75"?: number
    "0.9"?: number
    "0.95"?: number
    "0.99"?: number
  }
  /** The quantiles of lengths are exact. */
  exact: boolean
  /** Where they are not: lengths from 256 characters on are counted in steps of at most this share of a length, so that a quantile may be that much too low. No rank is off. */
  rank_error: number
  /** Commonest shapes, by count; at most 10. */
  patterns: Array<Pattern>
  /** All values were looked at, and all shapes counted; otherwise counts are estimates from some of the rows, and rare shapes are left out. */
  patterns_exact: boolean
}

/** A shape of text. */
export type Pattern = {
  /** A for an upper-case letter, a lower-case, 9 digit, others as they are; runs of more than 4 letters or 12 digits are written A+ and 9+. */
  mask: string
  /** Values of this shape. */
  count: number
}

/** Counts of the two values. */
export type Boolean = {
  /** Trues. */
  true: number
  /** Falses. */
  false: number
}

/** A frequent value. */
export type Top = {
  /** The value as it stands in the file. */
  value: string
  /** How often. */
  count: number
  /** The count may be too high by at most this many; absent where it is exact. */
  error?: number
  /** The value was longer than 256 characters and was cut. */
  truncated?: boolean
}

/** counts[i] is the number of values in [edges[i], edges[i+1]), the last bin closed. */
export type Histogram = {
  /** One more than counts, ascending. Times: seconds since 1970 (UTC or naive), times of day and durations: seconds. */
  edges: Array<number>
  /** The edges as RFC 3339 text, for dates and times. */
  edges_text?: Array<string>
  /** One a bin; they add up to the values of the column's type. */
  counts: Array<number>
  /** log: edges grow by a factor; a bin in front may hold what is not above 0. */
  scale: "linear" | "log"
  /** What the edges measure: values, lengths in characters, time. */
  unit: "value" | "characters" | "time"
  /** Counts are exact; otherwise from quantiles, with their rank error, or of lengths in steps (text.rank_error). */
  exact: boolean
  /** Ends whose bin is not like the others: it reaches to extremes far from the rest, however wide that makes it. Draw it as narrow as its neighbour. */
  outer?: "low" | "high" | "both"
}

/** Something a reader should look at. */
export type Alert = {
  /** Stable code. Known ones: missing, all_missing, null_tokens, sentinel, constant, near_constant, unique, high_cardinality, mixed_types, whitespace, case_only_difference, mojibake, leading_zeros, personal_data, skewed, zero_inflated, outliers, nonfinite, beyond_double, ambiguous_numbers, mixed_decimal_marks, ambiguous_dates, mixed_date_formats, mixed_time_zones, future_dates, duplicate_rows, no_rows; others may be added. docs/alerts.md says what raises each. */
  code: string
  /** How much it matters. */
  severity: "info" | "warning" | "error"
  /** One plain sentence. */
  message: string
  /** Name of the column that is meant, in the table's alerts. */
  column?: string
  /** Data rows to look at, some of the first. */
  rows?: Array<number>
}

/** The profile of one column. Blocks that do not apply are absent. */
export type Column = {
  /** Name, unique in the table; cut at 256 characters. */
  name: string
  /** Position in the file, from 0. */
  index: number
  /** Only in answers of the API with others=brief: a column outside of the page that was asked for, without evidence, values, quantiles, patterns and histogram, its lists empty. */
  brief?: true
  /** Type of the whole column: the one that holds all its non-null values. */
  type: "integer" | "decimal" | "boolean" | "date" | "time" | "datetime" | "duration" | "text" | "json" | "null"
  /** What the values mean, where that is clear. */
  semantic?: "category" | "id" | "uuid" | "email" | "url" | "ip" | "phone" | "country" | "currency" | "percent" | "latitude" | "longitude" | "postal_code" | "name" | "sentence" | "list" | "constant" | "numeric_in_text"
  /** Rows. */
  count: number
  /** Cells without a value. */
  nulls: number
  /** What the null cells hold, by count; empty for formats that store nulls themselves. */
  null_tokens: Array<NullToken>
  distinct: Distinct
  /** Kinds of values seen, the commonest first. */
  evidence: Array<Evidence>
  numeric?: Numeric
  temporal?: Temporal
  text?: Text
  boolean?: Boolean
  /** Commonest values, by count, then by value (bytewise). */
  top: Array<Top>
  /** The counts in top are exact. */
  top_exact: boolean
  /** Where they are not: a count may be too high by at most this many; each value has its own error, of which this is the largest. */
  top_error?: number
  /** Where they are not: no value that is not listed comes more often than this. Values are listed that surely come as often as any that the sketch has lost. */
  top_rest?: number
  histogram?: Histogram
  /** About this column. */
  alerts: Array<Alert>
}

/** Where values are missing. */
export type Missing = {
  /** For each column the share of nulls in equal bands of rows, from the first row to the last; band i of n holds the rows from i*rows/n to (i+1)*rows/n, in files of many rows rounded to a fraction of a band. Wide tables have fewer bands. */
  bands: Array<Array<number>>
  /** Pairs of columns that are null in the same rows, strongest first. */
  together: Array<Together>
}

/** Two columns that are null together. */
export type Together = {
  /** A column. */
  a: string
  /** Another. */
  b: string
  /** Rows in which both are null, of those in which either is (of the row sample). */
  share: number
}

/** Rows that repeat an earlier one in every cell. */
export type Duplicates = {
  /** Their number. */
  rows: number
  /** The number is exact (by 64-bit hashes). */
  exact: boolean
  /** Standard error of an estimate, relative to all rows; 0 when exact. */
  error: number
}

/** A symmetric matrix. */
export type Correlation = {
  /** The measure; cramers_v is bias-corrected, correlation_ratio (eta) relates a category to a number. */
  method: "pearson" | "spearman" | "cramers_v" | "correlation_ratio"
  /** Names of rows and columns of the matrix. */
  columns: Array<string>
  /** The matrix; null where the measure does not exist. */
  values: Array<Array<number | null>>
  /** Rows that it was computed from. */
  sample_rows: number
}

/** A pair of columns that depend on each other. */
export type Relationship = {
  /** The measure. */
  method: "pearson" | "spearman" | "cramers_v" | "correlation_ratio"
  /** A column. */
  a: string
  /** Another. */
  b: string
  /** Its strength. */
  value: number
  /** Rows in which both have a value, of the row sample. */
  n: number
}

/** Whole rows as read: the first ones and some spread evenly at random over the file. */
export type Sample = {
  /** The rows, in the file's order. */
  rows: Array<Array<string | null>>
  /** Their data row numbers. */
  row_numbers: Array<number>
  /** Some cell was cut at 256 characters. */
  truncated?: boolean
}

/** A fault of the file that did not stop the reading. */
export type Problem = {
  /** Stable code, as dialect_uncertain, encoding_uncertain, ragged_rows, unclosed_quote, text_after_quote, nul_bytes, invalid_utf8, duplicate_column_names, more_tables, footer_rows, trailing_data; there are others, and more may be added. */
  code: string
  /** One plain sentence. */
  message: string
  /** First data row with it; absent where there is none. */
  row?: number
  /** Byte where that is, in the unpacked text; -1 where unknown. */
  offset: number
  /** How often. */
  count: number
}

/** About this run, not about the file. */
export type Engine = {
  /** Assay's version. */
  version: string
  /** Time taken. */
  seconds: number
  /** Bytes of the file per second. */
  bytes_per_second: number
  /** Most memory in use at once. */
  peak_memory_bytes: number
}
