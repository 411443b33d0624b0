package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// peerFile is a table to measure with, and who reads it: miller holds a table
// in memory, csvstat takes minutes for what the others do in a second.
type peerFile struct {
	name, what string
	write      func(*bufio.Writer) // nil: make bench-peers has it from elsewhere
	peers      []string
}

func peerFiles() []peerFile {
	return []peerFile{
		{"flights-3m.csv", "3,000,000 flights, 5 columns (vega-datasets)", nil, []string{"assay", "duckdb", "encoding/csv", "miller"}},
		{"mixed.csv", "20 mixed columns: ids, uuids, times, categories, quoted text with commas, floats, gaps, e-mails, IPs, URLs", writeMixedCSV(4_500_000), []string{"assay", "duckdb", "encoding/csv"}},
		{"wide.csv", "1,000 columns", writeWideCSV(25_000), []string{"assay", "duckdb", "encoding/csv"}},
		{"mixed-small.csv", "the 20 mixed columns, 40,000 rows", writeMixedCSV(40_000), []string{"assay", "duckdb", "encoding/csv", "miller", "csvstat"}},
		{"mixed.ndjson", "the 20 mixed columns as NDJSON", writeMixedNDJSON(390_000), []string{"assay", "duckdb"}},
		{"events.ndjson", "objects in objects, as a forge tells of its users", writeEvents(320_000), []string{"assay", "duckdb"}},
		{"reviews.ndjson", "long texts", writeReviews(60_000), []string{"assay", "duckdb"}},
		{"messages.ndjson", "Russian texts, their letters written by numbers (\\u0430)", writeMessages(110_000), []string{"assay", "duckdb"}},
		{"flights-3m.parquet", "the flights as Parquet", nil, []string{"assay", "duckdb"}},
	}
}

// BenchmarkPeers puts Assay beside the tools that people use today, on the same
// files and in the same run: only the ratios mean something on a machine that
// others use too. In each round every tool has its turn, and its best round
// counts. make bench-peers installs the peers, makes the files, and has the
// results written to docs/benchmarks.md.
//
// DuckDB is timed inside its process, without the start of Node; everything
// else as a whole process, Assay too.
func BenchmarkPeers(b *testing.B) {
	dir := os.Getenv("ASSAY_PEERS")
	if dir == "" {
		b.Skip("needs other tools: run make bench-peers")
	}
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var table bytes.Buffer
	for _, f := range peerFiles() {
		b.Run(f.name, func(b *testing.B) {
			file := filepath.Join(dir, f.name)
			if f.write != nil {
				if err := writeFile(file, f.write); err != nil {
					b.Fatal(err)
				}
			}
			info, err := os.Stat(file)
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			costs := map[string]cost{}
			for range b.N {
				for _, peer := range f.peers {
					c, err := runPeer(peer, exe, dir, file)
					if errors.Is(err, exec.ErrNotFound) {
						b.Logf("%s is not installed", peer)
						continue
					}
					if err != nil {
						b.Fatalf("%s: %v", peer, err)
					}
					costs[peer] = costs[peer].better(c)
				}
			}
			b.SetBytes(info.Size())
			b.ReportMetric(costs["assay"].cpu.Seconds(), "cpu-s")
			b.ReportMetric(costs["duckdb"].cpu.Seconds()/costs["assay"].cpu.Seconds(), "times-DuckDB-by-CPU")
			b.ReportMetric(costs["duckdb"].wall.Seconds()/costs["assay"].wall.Seconds(), "times-DuckDB-by-wall")
			if b.N > 1 || os.Getenv("ASSAY_PEERS_ROUNDS") == "1x" {
				costTable(&table, f, info.Size(), costs)
			}
		})
	}
	if page := os.Getenv("ASSAY_PEERS_PAGE"); page != "" {
		if err := os.WriteFile(page, append(peersPage(), table.Bytes()...), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func runPeer(peer, exe, dir, file string) (cost, error) {
	switch peer {
	case "assay":
		return measure(exe, "profile", "--json", file)
	case "duckdb":
		return measureDuckDB(dir, file)
	case "encoding/csv":
		begin, used := time.Now(), usedCPU()
		err := readByEncodingCSV(file)
		return cost{wall: time.Since(begin), cpu: usedCPU() - used}, err
	case "miller":
		return measure("mlr", "--icsv", "--ojson", "summary", file)
	case "csvstat":
		return measure("csvstat", "-y", "0", file)
	}
	return cost{}, fmt.Errorf("no such peer: %s", peer)
}

// peersPage is what stands above the tables of docs/benchmarks.md.
func peersPage() []byte {
	return fmt.Appendf(nil, `# Assay beside other tools

Written by `+"`make bench-peers`"+` (`+"`peers_test.go`"+`), which makes the files and measures all tools in one run; the tables are what it measured
on %s, %s/%s with %d cores that others used too, by the best of some rounds in which every tool had its turn. Read the ratios.

Assay, DuckDB and miller compute statistics of all columns; Assay's are a superset of DuckDB's (`+"`SUMMARIZE`"+`, given as many threads as
Assay). `+"`encoding/csv`"+` is Go's own reader, which only cuts the file into cells. Assay, miller and csvkit are measured as whole processes,
DuckDB without the start of its own. Memory is the largest resident size, of Assay's the parser's child.

`, time.Now().UTC().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

func costTable(w *bytes.Buffer, f peerFile, size int64, costs map[string]cost) {
	ours := costs["assay"]
	fmt.Fprintf(w, "## %s\n\n%.0f MB: %s.\n\n", f.name, float64(size)/1e6, f.what)
	fmt.Fprintf(w, "| | CPU s | wall s | memory MB | CPU, times Assay's | wall, times Assay's |\n|---|---:|---:|---:|---:|---:|\n")
	for _, peer := range f.peers {
		c, measured := costs[peer]
		if !measured {
			continue
		}
		memory := "–"
		if c.memory > 0 {
			memory = strconv.FormatInt(c.memory/1e6, 10)
		}
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %s | %.1f | %.1f |\n", peer, c.cpu.Seconds(), c.wall.Seconds(), memory,
			c.cpu.Seconds()/ours.cpu.Seconds(), c.wall.Seconds()/ours.wall.Seconds())
	}
	fmt.Fprintln(w)
}

// cost is what one run took.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes resident at most; 0 where unknown
}

// better has the less of both costs; none is no cost at all.
func (c cost) better(o cost) cost {
	if c.wall == 0 {
		return o
	}
	return cost{min(c.wall, o.wall), min(c.cpu, o.cpu), max(c.memory, o.memory)}
}

func measure(name string, args ...string) (cost, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "ASSAY_TEST_MAIN=1")
	var out bytes.Buffer
	cmd.Stdout = &out
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, err
	}
	c := cost{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: peakMemory(cmd.ProcessState)}
	var report struct {
		Engine struct {
			Peak int64 `json:"peak_memory_bytes"`
		}
	}
	if json.Unmarshal(out.Bytes(), &report) == nil && report.Engine.Peak > 0 {
		c.memory = report.Engine.Peak // the parser's, which is the larger process
	}
	return c, nil
}

func measureDuckDB(dir, file string) (cost, error) {
	const script = `
		const { DuckDBInstance } = require('@duckdb/node-api');
		(async () => {
			const c = await (await DuckDBInstance.create()).connect();
			await c.run('SET threads = ' + process.argv[2]);
			const begin = performance.now(), used = process.cpuUsage();
			await c.runAndReadAll("SUMMARIZE SELECT * FROM " + process.argv[3] + "('" + process.argv[1] + "')");
			const cpu = process.cpuUsage(used);
			console.log(JSON.stringify([performance.now() - begin, (cpu.user + cpu.system) / 1000, process.resourceUsage().maxRSS * 1024]));
		})();`
	reader := map[string]string{".csv": "read_csv", ".ndjson": "read_ndjson_auto", ".parquet": "read_parquet"}[filepath.Ext(file)]
	cmd := exec.Command("node", "-e", script, file, strconv.Itoa(runtime.GOMAXPROCS(0)), reader)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return cost{}, err
	}
	var v [3]float64 // ms, ms, bytes
	if err := json.Unmarshal(out, &v); err != nil {
		return cost{}, err
	}
	return cost{time.Duration(v[0] * 1e6), time.Duration(v[1] * 1e6), int64(v[2])}, nil
}

// readByEncodingCSV is Go's own CSV reader, which only cuts the file into
// cells. It works on one core, in this process.
func readByEncodingCSV(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
