// Writes public/sample/coffee-orders.csv: 2,000 made-up orders with the gaps and slips that real files have.
// No chance in it: the same file every time.
import { writeFileSync } from 'node:fs'

let state = 20260417
/** mulberry32: an even number from 0 to 1. */
function even() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const chance = (p) => even() < p
const between = (low, high) => low + Math.floor(even() * (high - low + 1))
const bell = () => (even() + even() + even() + even() - 2) / 0.577
function weighted(pairs) {
  let at = even() * pairs.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of pairs) if ((at -= weight) < 0) return value
  return pairs[0][0]
}
const cell = (v) => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : String(v))
const day = (ms) => new Date(ms).toISOString().slice(0, 10)

const products = [
  ['Sidama washed', 'light', 16.5, 9],
  ['Huila', 'medium', 13.9, 12],
  ['Mogiana', 'medium', 11.8, 14],
  ['Antigua', 'dark', 14.2, 6],
  ['House espresso', 'dark', 10.9, 20],
  ['Nyeri AA', 'light', 18.9, 4],
  ['Sumatra', 'dark', 12.6, 5],
  ['Decaf Cauca', 'medium', 13.4, 5],
]
const countries = [['DE', 46], ['AT', 14], ['CH', 11], ['FR', 9], ['NL', 8], ['DK', 5], ['GB', 4], ['UK', 1], ['IT', 3]]
const firsts = ['ada', 'ben', 'clara', 'david', 'elif', 'finn', 'greta', 'hugo', 'ines', 'jonas', 'kim', 'lea', 'mats', 'nora', 'omar', 'pia', 'quentin', 'rosa', 'sven', 'tara']
const notes = ['Please leave with the neighbour', 'Gift, no invoice in the parcel', 'Ground for moka pot, please', 'Ring twice; dog barks', 'Second bag was open last time, "stale" they say', 'Deliver after 17:00,\nback door', 'Merci !']

const header = 'order_no,ordered_at,customer_no,email,country,product,roast,bag_g,bags,price_eur,discount_percent,shipped_on,rating,note'
const start = Date.UTC(2025, 2, 1)
const minute = 60_000
const rows = []
let at = start
for (let i = 0; i < 2000; i++) {
  // Busier towards the end of the year, quiet at night.
  at += Math.round((-Math.log(1 - even()) * 240 * minute) / (0.7 + (i / 2000) * 0.8))
  const hour = new Date(at).getUTCHours()
  if (hour < 6) at += (6 - hour) * 60 * minute
  const customer = Math.floor(even() ** 1.8 * 620) + 1
  const first = firsts[customer % firsts.length]
  const [product, roast, perBag] = weighted(products.map((p) => [p, p[3]]))
  const grams = weighted([[250, 60], [500, 22], [1000, 18]])
  const bags = Math.min(12, 1 + Math.floor(-Math.log(1 - even()) * 1.1))
  let price = perBag * (grams / 250) ** 0.88 * bags * (1 + bell() * 0.015)
  if (i === 1287) price *= 100 // a forgotten decimal point
  const discount = chance(0.14) ? weighted([[5, 5], [10, 8], [15, 2], [25, 1]]) : ''
  if (discount) price *= 1 - discount / 100
  const unshipped = i > 1960 || (i >= 702 && i < 764) // not yet; and two weeks in which the carrier's system was down
  const shipped = unshipped ? (chance(0.12) ? 'n/a' : '') : day(at + between(1, 4) * 24 * 60 * minute)
  let rating = chance(0.42) ? Math.max(1, Math.min(5, Math.round(4.3 + bell() * 0.8 - (grams === 1000 ? 0.2 : 0)))) : ''
  if (i === 1648) rating = 'five'
  rows.push([
    100001 + i,
    new Date(at).toISOString().slice(0, 19) + 'Z',
    String(customer).padStart(5, '0'),
    i % 97 === 11 ? '' : `${first}.${customer}@example.org`,
    weighted(countries),
    product,
    chance(0.03) ? '' : roast,
    grams,
    bags,
    price.toFixed(2),
    discount,
    shipped,
    rating,
    chance(0.06) ? notes[between(0, notes.length - 1)] : '',
  ])
}
for (const i of [318, 905, 1410]) rows.splice(i + 1, 0, rows[i]) // sent twice
writeFileSync(
  new URL('../public/sample/coffee-orders.csv', import.meta.url),
  [header, ...rows.slice(0, 2000).map((row) => row.map(cell).join(','))].join('\n') + '\n',
)
