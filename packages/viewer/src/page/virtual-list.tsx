import type { ComponentChildren, HTMLAttributes } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Rows above and below the visible ones that are rendered too. */
const MARGIN = 10

/** Largest height of an element in all browsers, in pixels. With more rows, a pixel of the scroll bar stands for several. */
const MOST_PIXELS = 8_000_000

/** Properties of {@link VirtualList}. */
export interface VirtualListProps extends Omit<HTMLAttributes<HTMLDivElement>, 'role'> {
  readonly role: 'grid' | 'treegrid' | 'tree' | 'list'
  readonly count: number
  readonly rowHeight: number
  /** Row that has the focus, or would get it: the first one if negative. It is rendered even if it is not visible. */
  readonly active: number
  /** Changes whenever the active row should become visible. */
  readonly reveal: number
  readonly row: (index: number) => ComponentChildren
  /** Called with the rendered rows: from the first one, without `to`. */
  readonly onRange?: (from: number, to: number) => void
}

/** A list of any number of rows of the same height, of which only the visible ones are rendered. */
export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, active, reveal, row, onRange, ...attributes } = props
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  const natural = count * rowHeight
  const total = Math.min(natural, MOST_PIXELS)
  const scale = total > height ? (natural - height) / (total - height) : 1
  // Without scaling, this is the scroll position. With it, a position in the list of the natural height.
  const position = top * scale
  const first = Math.max(0, Math.floor(position / rowHeight) - MARGIN)
  const last = Math.min(count, Math.ceil((position + height) / rowHeight) + MARGIN)

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    setHeight(element.clientHeight)
    return () => observer.disconnect()
  }, [])

  useEffect(() => onRange?.(first, last), [first, last, count, onRange])

  useLayoutEffect(() => {
    const element = box.current
    if (element === null || active < 0) return
    const from = active * rowHeight
    const shown = element.scrollTop * scale
    // A list that was hidden before has not been measured yet.
    const room = element.clientHeight || height
    const isNear = from > shown - 2 * rowHeight && from < shown + room + rowHeight
    if (from >= shown && from + rowHeight <= shown + room) return
    // The next row scrolls by one. A distant one comes into the middle.
    const target = isNear ? (from < shown ? from : from + rowHeight - room) : from - room / 2
    element.scrollTop = Math.max(0, target) / scale
  }, [reveal, height])

  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index)
  const tabStop = Math.max(active, 0)
  if (tabStop < count && (tabStop < first || tabStop >= last)) indexes.push(tabStop)
  return (
    <div {...attributes} ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div class="virtual" role="presentation" style={{ height: `${total}px` }}>
        {indexes.map((index) => (
          <div
            key={index}
            class="virtual-row"
            role="presentation"
            style={{ height: `${rowHeight}px`, transform: `translateY(${top + index * rowHeight - position}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  )
}
