// Long names in little room, so that those of one chart can still be told apart. Pure.

/**
 * Each name in at most so many letters. A long one loses its middle; where two would come out alike, what is kept begins
 * where they part: of two measured_temperature_… the one is "meas…celsius_in", the other "meas…fahrenhei".
 */
export function shorten(names: readonly string[], most: number): string[] {
  const letters = names.map((name) => [...name])
  const short = letters.map((name) => middleCut(name, most))
  for (const alike of collisions(short)) {
    for (const i of alike) short[i] = apart(letters[i]!, alike.filter((j) => j !== i).map((j) => letters[j]!), most)
  }
  // What parts them may stand in several places of one name: then their numbers do.
  for (const alike of collisions(short)) {
    for (const [n, i] of alike.entries()) if (names[i] !== names[alike[0]!] || n === 0) short[i] = numbered(letters[i]!, i + 1, most)
  }
  return short
}

function middleCut(name: readonly string[], most: number): string {
  if (name.length <= most) return name.join('')
  const tail = Math.floor((most - 1) / 2)
  return cutAt(name, most - 1 - tail, name.length - tail, tail)
}

/** The first few letters, then those from the first place on where the name parts from all others. */
function apart(name: readonly string[], others: readonly (readonly string[])[], most: number): string {
  const parts = others.map((other) => firstDifference(name, other)).filter((at) => at < name.length)
  const head = Math.floor(most / 4)
  const room = most - head - 1
  // A little of what is common tells where in the name it is; the end of the name is not passed.
  const from = Math.max(head, Math.min((parts.length ? Math.min(...parts) : name.length) - 1, name.length - room))
  return name.length <= most ? name.join('') : cutAt(name, head, from, room)
}

function cutAt(name: readonly string[], head: number, from: number, length: number): string {
  return `${name.slice(0, head).join('').trimEnd()}…${name.slice(from, from + length).join('').trim()}`
}

function numbered(name: readonly string[], number: number, most: number): string {
  const end = ` (${number})`
  return `${name.slice(0, Math.max(1, most - 1 - end.length)).join('').trimEnd()}…${end}`
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** The places of texts that stand more than once, for each such text. */
function collisions(texts: readonly string[]): number[][] {
  const places = new Map<string, number[]>()
  for (const [i, text] of texts.entries()) places.set(text, [...(places.get(text) ?? []), i])
  return [...places.values()].filter((list) => list.length > 1)
}
