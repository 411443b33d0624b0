import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/**
 * The width of an element in CSS pixels as it changes, so that a chart is drawn at its real size: a scaled one would
 * shrink its own labels on a phone. `start` holds until the first measurement.
 */
export function useWidth<T extends Element>(start: number): [RefObject<T | null>, number] {
  const ref = useRef<T>(null)
  const [width, setWidth] = useState(start)
  useEffect(() => {
    const element = ref.current
    if (!element || typeof ResizeObserver !== 'function') return
    const observer = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0)
      if (now > 0) setWidth(now)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
