/** How fast something grows, over the last few seconds: steady enough to read, quick enough to be true. */
export class Rate {
  private samples: Array<{ at: number; value: number }> = []

  constructor(
    private readonly window = 5_000,
    private readonly spacing = 200,
  ) {}

  /** Forgets the past: after a pause the time that nothing moved does not count. */
  reset() {
    this.samples = []
  }

  /** `at` in milliseconds, `value` never far below the one before. */
  add(at: number, value: number) {
    const last = this.samples.at(-1)
    const before = this.samples.at(-2)
    // The newest sample slides along until it stands `spacing` after its neighbour.
    if (last && before && last.at - before.at < this.spacing) this.samples.pop()
    this.samples.push({ at, value })
    while (this.samples.length > 2 && at - this.samples[1]!.at >= this.window) this.samples.shift()
  }

  /** Per second at the time `now`, or null while there is too little to say. A standstill sinks towards 0. */
  perSecond(now: number): number | null {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (!first || !last) return null
    const span = now - first.at
    if (span < 500) return null
    return Math.max(0, ((last.value - first.value) / span) * 1000)
  }
}
