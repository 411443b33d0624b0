package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkPeers puts Assay beside the tools that people use today, on the same
// files and in the same run: only the ratios mean something on a machine that
// others use too. make bench-peers installs the peers and makes the files.
//
// DuckDB is timed inside its process, without the start of Node; everything
// else as a whole process, Assay too.
func BenchmarkPeers(b *testing.B) {
	dir := os.Getenv("ASSAY_PEERS")
	if dir == "" {
		b.Skip("needs other tools: run make bench-peers")
	}
	mixed := filepath.Join(dir, "mixed.csv")
	if _, err := os.Stat(mixed); err != nil {
		if err := writeMixedTable(mixed, 700_000); err != nil {
			b.Fatal(err)
		}
	}
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range []string{filepath.Join(dir, "flights-3m.csv"), mixed} {
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		for _, peer := range []struct {
			name string
			run  func() (cost, error)
		}{
			{"assay", func() (cost, error) { return measure(exe, "profile", "--json", file) }},
			{"duckdb-summarize", func() (cost, error) { return measureDuckDB(dir, file) }},
			{"encoding-csv-reads", func() (cost, error) { return measureReading(file) }},
			{"miller-summary", func() (cost, error) { return measure("mlr", "--icsv", "--ojson", "summary", file) }},
			{"csvstat", func() (cost, error) { return measure("csvstat", "-y", "0", file) }},
		} {
			b.Run(filepath.Base(file)+"/"+peer.name, func(b *testing.B) {
				var best cost
				for range b.N {
					c, err := peer.run()
					if errors.Is(err, exec.ErrNotFound) {
						b.Skipf("%s is not installed", peer.name)
					}
					if err != nil {
						b.Fatal(err)
					}
					if best.wall == 0 || c.wall < best.wall {
						best = c
					}
				}
				b.SetBytes(info.Size())
				b.ReportMetric(best.wall.Seconds(), "best-wall-s")
				b.ReportMetric(best.cpu.Seconds(), "best-cpu-s")
				if best.memory > 0 {
					b.ReportMetric(float64(best.memory)/1e6, "peak-MB")
				}
			})
		}
	}
}

// cost is what one run took.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes resident at most; 0 where unknown
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
			await c.runAndReadAll("SUMMARIZE SELECT * FROM read_csv('" + process.argv[1] + "')");
			const cpu = process.cpuUsage(used);
			console.log(JSON.stringify([performance.now() - begin, (cpu.user + cpu.system) / 1000, process.resourceUsage().maxRSS * 1024]));
		})();`
	cmd := exec.Command("node", "-e", script, file, strconv.Itoa(runtime.GOMAXPROCS(0)))
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

// measureReading is Go's own CSV reader, which only cuts the file into cells.
func measureReading(file string) (cost, error) {
	f, err := os.Open(file)
	if err != nil {
		return cost{}, err
	}
	defer f.Close()
	begin := time.Now()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return cost{}, err
		}
	}
	wall := time.Since(begin)
	return cost{wall: wall, cpu: wall}, nil
}

// writeMixedTable writes a table of 20 columns as they come in practice.
func writeMixedTable(file string, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	random := rand.New(rand.NewPCG(1, 2))
	cities := []string{"Berlin", "Lagos", "Lima", "Osaka", "Pune", "Quito", "Riga", "Turin"}
	hex := func(n int) string { return fmt.Sprintf("%0*x", n, random.Uint64()>>(64-4*n)) }
	w.WriteString("id,uuid,created_at,day,city,country,code,amount,price,ratio,quantity,score,email,ip,url,note,flag,status,optional,late\n")
	for i := range rows {
		at := time.Unix(1_600_000_000+int64(i)*37, 0).UTC()
		optional, late := "", ""
		if random.IntN(3) == 0 {
			optional = strconv.Itoa(random.IntN(500))
		}
		if i > rows/2 {
			late = strconv.FormatFloat(random.NormFloat64()*10, 'f', 3, 64)
		}
		city := cities[random.IntN(len(cities))]
		fmt.Fprintf(w, "%d,%s-%s-4%s-a%s-%s,%s,%s,%s,%s,%05d,%.2f,%.2f,%.6f,%d,%.1f,user%d@example.org,10.%d.%d.%d,https://example.org/p/%d,\"%s, %s: \"\"%s\"\"\",%v,%s,%s,%s\n",
			i+1, hex(8), hex(4), hex(3), hex(3), hex(12), at.Format(time.RFC3339), at.Format(time.DateOnly), city, strings.ToUpper(city[:2]),
			random.IntN(20_000), random.ExpFloat64()*120, float64(random.IntN(5000))/100, random.Float64(), random.IntN(40), float64(random.IntN(1000))/10,
			random.IntN(100_000), random.IntN(256), random.IntN(256), random.IntN(256), random.IntN(1_000_000),
			city, hex(6), hex(4), random.IntN(2) == 0, []string{"new", "paid", "sent", "returned"}[random.IntN(4)], optional, late)
	}
	return errors.Join(w.Flush(), f.Sync())
}
