package main

import "embed"

//go:embed all:ui/dist
var dist embed.FS
