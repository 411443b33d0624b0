/**
 * Tells whether a file chosen after a reload is the one that was being uploaded: a hash of its name, size,
 * time of change, and 64 KiB from its start, middle and end. It guards against mistakes, not against forgers,
 * so it need not be cryptographic; and crypto.subtle is missing on plain-HTTP addresses.
 */
export async function fingerprint(file: File): Promise<string> {
  const part = 64 * 1024
  const starts = [0, Math.floor((file.size - part) / 2), file.size - part]
  const hash = new Hash()
  hash.add(new TextEncoder().encode(`${file.name}\n${file.size}\n${file.lastModified}\n`))
  for (const start of file.size <= 3 * part ? [0] : starts) {
    const end = file.size <= 3 * part ? file.size : start + part
    hash.add(new Uint8Array(await file.slice(start, end).arrayBuffer()))
  }
  return hash.hex()
}

/** Two lanes of FNV-1a with different primes and the finishing of MurmurHash3: 64 bits. */
class Hash {
  private a = 0x811c9dc5
  private b = 0x9747b28c

  add(bytes: Uint8Array) {
    let { a, b } = this
    for (let i = 0; i < bytes.length; i++) {
      a = Math.imul(a ^ bytes[i]!, 0x01000193)
      b = Math.imul(b ^ bytes[i]!, 0x5bd1e995)
      b = (b << 13) | (b >>> 19)
    }
    this.a = a
    this.b = b
  }

  hex() {
    return [this.a, this.b].map((word) => (finish(word) >>> 0).toString(16).padStart(8, '0')).join('')
  }
}

function finish(h: number) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
