import type { IconNode } from 'lucide'
import { createElement, type VNode } from 'preact'

/** A lucide icon. Without a label it is decoration and hidden from screen readers. */
export function Icon({ of, size = 16, label }: { of: IconNode; size?: number; label?: string }): VNode {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {of.map(([tag, attributes]) => createElement(tag, attributes as Record<string, string>))}
    </svg>
  )
}
