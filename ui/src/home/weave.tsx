/** The mark of the house as an ornament: bands of a file, with gaps. The pattern is fixed, and nobody's data. */
export function Weave() {
  return (
    <svg class="weave" viewBox="0 0 320 160" preserveAspectRatio="none" aria-hidden="true" shape-rendering="crispEdges">
      {rows.map((gaps, row) => (
        <path key={row} d={band(row, gaps)} />
      ))}
    </svg>
  )
}

/** Where each band is missing: pairs of start and end, in 320ths. */
const rows: number[][] = [[], [], [40, 96, 210, 226], [], [0, 128], [180, 320], [], [64, 80, 130, 136, 250, 290], [], [0, 60, 150, 205], [], [270, 320]]

function band(row: number, gaps: number[]) {
  const height = 160 / rows.length
  const y = row * height
  let d = ''
  let x = 0
  for (let i = 0; i <= gaps.length; i += 2) {
    const end = gaps[i] ?? 320
    if (end > x) d += `M${x} ${y.toFixed(2)}H${end}v${(height - 3).toFixed(2)}H${x}z`
    x = gaps[i + 1] ?? 320
  }
  return d
}
