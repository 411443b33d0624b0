/** The file at a glance: one band a column, rows from left to right; bands hold shares of nulls from 0 to 1. */
export function SmallFingerprint({ bands }: { bands: number[][] }) {
  return <svg viewBox={`0 0 48 ${Math.max(1, bands.length)}`} width="132" height="40" aria-hidden="true" />
}
