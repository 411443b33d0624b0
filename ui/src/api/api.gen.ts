// Generated from server/openapi.json by `npm run gen`. Do not edit.

import type { Report } from './report.gen.ts'

/** RFC 9457. Sent as application/problem+json with every error. */
export type Problem = {
  /** `urn:assay:problem:` and the code */
  type: string
  /** the HTTP status in words */
  title: string
  /** the HTTP status */
  status: number
  /** stable; programs decide by it */
  code: string
  /** one sentence for people */
  detail: string
  /** what to do about it */
  hint: string
  /** names the request in the server's log */
  request_id?: string
  /** the member of the request that is wrong */
  field?: string
  /** `parts_missing`, `part_mismatch`: the parts to send again */
  numbers?: Array<number>
  /** `not_ready`, `job_failed`: the job to follow or to look at */
  job_id?: string
  /** seconds */
  retry_after?: number
}

/** `viewer` reads, `editor` also uploads, changes and deletes data, `owner` also manages the workspace and its members */
export type Role = "viewer" | "editor" | "owner"

export type User = {
  id: string
  username: string
  /** manages users */
  admin: boolean
  disabled: boolean
  created_at: string
}

export type Workspace = {
  id: string
  name: string
  /** made with its user; cannot be deleted */
  personal: boolean
  role: Role
  created_at: string
}

export type Limits = {
  /** the largest file taken */
  max_file_bytes: number
  /** what one user may store, open uploads included; 0 means no limit */
  quota_bytes: number
  used_bytes: number
}

export type Me = {
  user: User
  workspaces: Array<Workspace>
  limits: Limits
  /** of Assay */
  version: string
}

export type SetupRequest = {
  /** from the printed set-up link, the part behind `#token=` */
  token: string
  username: string
  password: string
}

/** Either `username` and `password`, or `link`. */
export type LoginRequest = {
  username?: string
  password?: string
  /** a one-time sign-in token instead of the other two */
  link?: string
}

export type AcceptRequest = {
  /** from an invitation or reset link, the part behind `#token=` */
  link: string
  /** with an invitation: another name than the suggested one */
  username?: string
  password: string
}

export type ChangePasswordRequest = {
  /** may be left out where no password is set yet */
  current_password?: string
  password: string
}

export type Token = {
  id: string
  name: string
  created_at: string
  last_used_at: string | null
  /** null: never */
  expires_at: string | null
}

export type TokenRequest = {
  name: string
  expires_at?: string | null
}

export type TokenCreated = {
  id: string
  name: string
  created_at: string
  last_used_at: string | null
  expires_at: string | null
  /** the secret, shown this once */
  token: string
}

export type TokenList = {
  items: Array<Token>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type UserRequest = {
  username: string
  /** left out: the answer has an invitation link with which the user chooses one */
  password?: string
  admin?: boolean
}

/** One of the two: a user who can sign in, or an invitation that will make one. */
export type UserCreated = {
  user: User | null
  link: Link | null
}

export type UserPatch = {
  username?: string
  password?: string
  admin?: boolean
  disabled?: boolean
}

export type UserList = {
  items: Array<User>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type Link = {
  kind: "invite" | "reset"
  /** hand it to the user; works once */
  url: string
  /** the secret within the link */
  token: string
  expires_at: string
}

export type WorkspaceRequest = {
  name: string
}

export type WorkspaceList = {
  items: Array<Workspace>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type Member = {
  user_id: string
  username: string
  role: Role
}

export type MemberRequest = {
  username: string
  role: Role
}

export type MemberPatch = {
  role: Role
}

export type MemberList = {
  items: Array<Member>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type UploadRequest = {
  /** the file's name, without folders */
  name: string
  /** bytes */
  size: number
  /** left out: the user's personal workspace */
  workspace_id?: string
  /** adds a version to this dataset; left out: a new dataset */
  dataset_id?: string
  /** 64 hexadecimal digits; checked by a stage of the job */
  sha256?: string
}

export type SignedPart = {
  /** from 1 */
  number: number
  /** exactly so many bytes must be sent */
  size: number
  /** absolute, or relative to this server. PUT the bytes here */
  url: string
  /** to be sent exactly so */
  headers: Record<string, string>
}

export type UploadCreated = {
  id: string
  /** of every part but the last */
  part_size: number
  part_count: number
  /** the first ones, at most 100 */
  parts: Array<SignedPart>
  expires_at: string
}

export type PartsRequest = {
  numbers: Array<number>
}

export type PartsAnswer = {
  parts: Array<SignedPart>
}

export type Part = {
  number: number
  size: number
  /** without quotes */
  etag: string
}

export type UploadStatus = "open" | "completing" | "completed" | "aborted" | "expired" | "failed"

export type Upload = {
  id: string
  name: string
  size: number
  status: UploadStatus
  part_size: number
  part_count: number
  /** what the storage holds while the upload is open */
  received: Array<Part>
  workspace_id: string
  /** the dataset it goes to, or (once completed) went to */
  dataset_id: string | null
  /** once completed */
  version: number | null
  /** once completed */
  job_id: string | null
  error: JobError | null
  created_at: string
  expires_at: string
}

export type UploadList = {
  items: Array<Upload>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type CompleteRequest = {
  /** left out: the storage's own list counts */
  parts?: Array<{
    number: number
    /** quoted or bare */
    etag: string
  }>
}

export type Completion = {
  dataset_id: string
  version: number
  job_id: string
}

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "canceled"

export type JobStage = "queued" | "fetching" | "verifying" | "profiling" | "storing" | "done"

export type Progress = {
  bytes_done: number
  bytes_total: number
  rows: number
  rows_per_second: number
  eta_seconds: number | null
}

export type JobError = {
  code: string
  message: string
  hint: string
  /** data row, from 1 */
  row: number | null
  /** byte of the file, from 0 */
  offset: number | null
}

export type Job = {
  id: string
  dataset_id: string
  version: number
  status: JobStatus
  stage: JobStage
  attempt: number
  progress: Progress
  /** 1 is next; null unless queued */
  queue_position: number | null
  error: JobError | null
  /** what it was told about how to read the file; null where all was left to be found out */
  options: Options | null
  /** a user's ID */
  created_by: string
  created_at: string
  started_at: string | null
  finished_at: string | null
}

export type JobList = {
  items: Array<Job>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

/** How to read the file. What is left out is found out. */
export type Options = {
  format?: "csv" | "ndjson" | "json" | "parquet" | "arrow" | "xlsx"
  /** one character; two to four marks, as `||` or `~|~`; or one of the words tab, comma, semicolon, pipe, space; or the code point of one that cannot be written, as `U+0001` */
  delimiter?: string
  /** one character, or `none` */
  quote?: string
  /** one character, or `none` */
  escape?: string
  /** IANA name */
  encoding?: string
  header?: "yes" | "no"
  /** the day behind which dates are in the future; left out, it is the day of the upload */
  as_of?: string
  /** what lines begin with that are comments, one or two characters, or none */
  comment?: string
  /** lines before the header */
  skip_rows?: number
  table?: string
}

export type RunRequest = {
  options?: Options
}

/** A report in a few numbers. */
export type Summary = {
  rows: number
  columns: number
  /** 0 to 1 */
  missing_share: number
  alerts: number
  format: string
  size_bytes: number
  complete: boolean
  /** at most 12 columns of at most 48 bands of rows: the share of nulls in each; the small fingerprint */
  bands: Array<Array<number>>
  /** how many columns there are of each type */
  types: Record<string, number>
}

export type LatestVersion = {
  version: number
  /** the file's name */
  name: string
  size: number
  created_at: string
  job_id: string | null
  job_status: JobStatus | null
  summary: Summary | null
}

export type Dataset = {
  id: string
  workspace_id: string
  name: string
  description: string
  /** a user's ID; that user may be gone */
  created_by: string
  created_at: string
  updated_at: string
  latest: LatestVersion | null
}

export type DatasetPatch = {
  name?: string
  description?: string
}

export type DatasetList = {
  items: Array<Dataset>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type Version = {
  dataset_id: string
  version: number
  /** the file's name */
  name: string
  size: number
  /** declared by the uploader or found by the job */
  sha256: string | null
  /** a user's ID */
  created_by: string
  created_at: string
  job: Job | null
  summary: Summary | null
}

export type VersionList = {
  items: Array<Version>
  /** pass as `cursor` for the next page; null on the last one */
  next_cursor: string | null
}

export type Health = {
  status: "ok"
}

export type Readiness = {
  status: "ok" | "degraded" | "unavailable"
  checks: {
    store: "ok" | "down"
    storage: "ok" | "down"
    queue: "ok" | "down"
  }
}

/** A dataset, and what the asking user may do with it. */
export type DatasetDetail = {
  id: string
  workspace_id: string
  name: string
  description: string
  /** a user's ID; that user may be gone */
  created_by: string
  created_at: string
  updated_at: string
  latest: LatestVersion | null
  role: Role
}

export interface Routes {
  'POST /api/v1/setup': {
    path: {  }
    query: {  }
    body: SetupRequest
    answer: Me
  }
  'POST /api/v1/login': {
    path: {  }
    query: {  }
    body: LoginRequest
    answer: Me
  }
  'POST /api/v1/logout': {
    path: {  }
    query: {  }
    body: undefined
    answer: undefined
  }
  'POST /api/v1/accept': {
    path: {  }
    query: {  }
    body: AcceptRequest
    answer: Me
  }
  'GET /api/v1/me': {
    path: {  }
    query: {  }
    body: undefined
    answer: Me
  }
  'PUT /api/v1/me/password': {
    path: {  }
    query: {  }
    body: ChangePasswordRequest
    answer: undefined
  }
  'GET /api/v1/tokens': {
    path: {  }
    query: { cursor?: string; limit?: number }
    body: undefined
    answer: TokenList
  }
  'POST /api/v1/tokens': {
    path: {  }
    query: {  }
    body: TokenRequest
    answer: TokenCreated
  }
  'DELETE /api/v1/tokens/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /api/v1/users': {
    path: {  }
    query: { cursor?: string; limit?: number }
    body: undefined
    answer: UserList
  }
  'POST /api/v1/users': {
    path: {  }
    query: {  }
    body: UserRequest
    answer: UserCreated
  }
  'PATCH /api/v1/users/{id}': {
    path: { id: string }
    query: {  }
    body: UserPatch
    answer: User
  }
  'DELETE /api/v1/users/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'POST /api/v1/users/{id}/link': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: Link
  }
  'GET /api/v1/workspaces': {
    path: {  }
    query: {  }
    body: undefined
    answer: WorkspaceList
  }
  'POST /api/v1/workspaces': {
    path: {  }
    query: {  }
    body: WorkspaceRequest
    answer: Workspace
  }
  'PATCH /api/v1/workspaces/{id}': {
    path: { id: string }
    query: {  }
    body: WorkspaceRequest
    answer: Workspace
  }
  'DELETE /api/v1/workspaces/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /api/v1/workspaces/{id}/members': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: MemberList
  }
  'POST /api/v1/workspaces/{id}/members': {
    path: { id: string }
    query: {  }
    body: MemberRequest
    answer: Member
  }
  'PATCH /api/v1/workspaces/{id}/members/{user_id}': {
    path: { id: string; user_id: string }
    query: {  }
    body: MemberPatch
    answer: Member
  }
  'DELETE /api/v1/workspaces/{id}/members/{user_id}': {
    path: { id: string; user_id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'POST /api/v1/uploads': {
    path: {  }
    query: {  }
    body: UploadRequest
    answer: UploadCreated
  }
  'GET /api/v1/uploads': {
    path: {  }
    query: { status?: string; cursor?: string; limit?: number }
    body: undefined
    answer: UploadList
  }
  'GET /api/v1/uploads/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: Upload
  }
  'DELETE /api/v1/uploads/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'POST /api/v1/uploads/{id}/parts': {
    path: { id: string }
    query: {  }
    body: PartsRequest
    answer: PartsAnswer
  }
  'POST /api/v1/uploads/{id}/complete': {
    path: { id: string }
    query: {  }
    body: CompleteRequest
    answer: Completion
  }
  'GET /api/v1/jobs': {
    path: {  }
    query: { status?: string; dataset_id?: string; cursor?: string; limit?: number }
    body: undefined
    answer: JobList
  }
  'GET /api/v1/jobs/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: Job
  }
  'POST /api/v1/jobs/{id}/cancel': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: Job
  }
  'POST /api/v1/jobs/{id}/retry': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: Job
  }
  'GET /api/v1/events': {
    path: {  }
    query: { job_id?: string }
    body: undefined
    answer: undefined
  }
  'GET /api/v1/datasets': {
    path: {  }
    query: { workspace_id?: string; query?: string; cursor?: string; limit?: number }
    body: undefined
    answer: DatasetList
  }
  'GET /api/v1/datasets/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: DatasetDetail
  }
  'PATCH /api/v1/datasets/{id}': {
    path: { id: string }
    query: {  }
    body: DatasetPatch
    answer: DatasetDetail
  }
  'DELETE /api/v1/datasets/{id}': {
    path: { id: string }
    query: {  }
    body: undefined
    answer: undefined
  }
  'GET /api/v1/datasets/{id}/profile': {
    path: { id: string }
    query: { columns?: string; others?: "brief"; table?: string }
    body: undefined
    answer: Report
  }
  'GET /api/v1/datasets/{id}/versions': {
    path: { id: string }
    query: { cursor?: string; limit?: number }
    body: undefined
    answer: VersionList
  }
  'GET /api/v1/datasets/{id}/versions/{n}/profile': {
    path: { id: string; n: number }
    query: { columns?: string; others?: "brief"; table?: string }
    body: undefined
    answer: Report
  }
  'GET /api/v1/datasets/{id}/versions/{n}/page': {
    path: { id: string; n: number }
    query: { table?: string }
    body: undefined
    answer: undefined
  }
  'GET /api/v1/datasets/{id}/versions/{n}/download': {
    path: { id: string; n: number }
    query: {  }
    body: undefined
    answer: undefined
  }
  'POST /api/v1/datasets/{id}/versions/{n}/jobs': {
    path: { id: string; n: number }
    query: {  }
    body: RunRequest
    answer: Job
  }
  'GET /api/openapi.json': {
    path: {  }
    query: {  }
    body: undefined
    answer: Record<string, unknown>
  }
  'GET /healthz': {
    path: {  }
    query: {  }
    body: undefined
    answer: Health
  }
  'GET /readyz': {
    path: {  }
    query: {  }
    body: undefined
    answer: Readiness
  }
  'GET /metrics': {
    path: {  }
    query: {  }
    body: undefined
    answer: undefined
  }
}
