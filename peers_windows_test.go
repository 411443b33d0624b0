package main

import (
	"os"
	"time"
)

func peakMemory(*os.ProcessState) int64 { return 0 }

// usedCPU is not measured here.
func usedCPU() time.Duration { return 0 }
