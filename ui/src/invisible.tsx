// What a text holds that cannot be seen, made visible: a tab, a NUL, a mark without width. Two names that differ only in
// these would otherwise read the same, and a delimiter could not be read at all. Letters keep their own joiners.
import type { ComponentChildren } from 'preact'

const names: Record<string, string> = { '\t': 'tab', '\n': 'line break', '\r\n': 'line break', '\r': 'return', '\0': 'NUL', '\u00ad': 'soft hyphen', '\u200b': 'zero-width space', '\ufeff': 'BOM' }

// Control characters; marks of direction and of no width. Joiners only where they join nothing: emoji and many scripts are written with them.
const unseen = /\r\n|[\0-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])/gu

/** What a character is called that has no shape: "tab", "U+0001". */
export function nameOf(character: string): string {
  return names[character] ?? codeOf(character)
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

/** A text for a place that takes only text: "a‹tab›b". */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `‹${nameOf(character)}›`)
}

/** A text with a small mark for each character that has no shape. */
export function Visible({ text, words = (plain) => plain }: { text: string; words?: (plain: string) => ComponentChildren }) {
  const parts: ComponentChildren[] = []
  let from = 0
  for (const found of text.matchAll(unseen)) {
    if (found.index > from) parts.push(words(text.slice(from, found.index)))
    const character = found[0]
    parts.push(
      <span key={found.index} class="invisible" title={codeOf(character)}>
        {nameOf(character)}
      </span>,
    )
    from = found.index + character.length
  }
  if (from === 0) return <>{words(text)}</>
  if (from < text.length) parts.push(words(text.slice(from)))
  return <>{parts}</>
}

/** A text whose white space at its ends, which tells it from another one, can be seen too. */
export function Spaced({ text, words }: { text: string; words?: (plain: string) => ComponentChildren }) {
  const [, before = '', inner = '', after = ''] = /^( *)(.*?)( *)$/su.exec(text) ?? []
  const marks = (white: string) => white && <span class="space">{'␣'.repeat(white.length)}</span>
  return (
    <>
      {marks(before)}
      <Visible text={inner} {...(words ? { words } : {})} />
      {marks(after)}
    </>
  )
}
