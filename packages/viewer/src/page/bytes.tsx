import type { MessageView, TreeNode } from '../protocol.js'
import { VirtualList } from './virtual-list.js'

/** Height of a row in pixels. */
const ROW = 20
/** Number of bytes in a row. */
export const PER_ROW = 16

interface Props {
  readonly view: Pick<MessageView, 'bytes' | 'hidden'>
  readonly selected: TreeNode | undefined
  readonly hovered: TreeNode | undefined
  /** The byte that has the focus, or would get it. */
  readonly active: number
  readonly reveal: number
  readonly onSelect: (offset: number) => void
  readonly onHover: (offset: number) => void
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const isPrintable = (byte: number) => byte > 0x1f && byte < 0x7f
const isIn = (part: { readonly offset: number; readonly length: number } | undefined, offset: number) =>
  part !== undefined && offset >= part.offset && offset < part.offset + part.length

/** The bytes of a message: hexadecimal and as text. */
export function Bytes({ view, selected, hovered, active, reveal, onSelect, onHover }: Props) {
  const { bytes, hidden } = view
  const isHidden = (offset: number) => hidden.some(({ start, end }) => offset >= start && offset < end)
  const classOf = (offset: number) =>
    [
      isIn(selected, offset) ? 'selected' : '',
      isIn(selected, offset) && selected?.mark !== undefined ? 'marked' : '',
      isIn(hovered, offset) ? 'hovered' : '',
    ].join(' ')

  function row(index: number) {
    const start = index * PER_ROW
    const offsets = Array.from({ length: Math.min(PER_ROW, bytes.length - start) }, (_, at) => start + at)
    return (
      <div role="row" class="bytes-row" aria-rowindex={index + 1}>
        <span role="rowheader" class="offset">
          {String(start).padStart(5)}
        </span>
        <span class="hex" role="presentation">
          {offsets.map((offset) => (
            <span
              key={offset}
              id={`byte-${offset}`}
              role="gridcell"
              class={classOf(offset)}
              aria-selected={isIn(selected, offset)}
              tabIndex={offset === active ? 0 : -1}
              data-offset={offset}
              onClick={() => onSelect(offset)}
              onMouseEnter={() => onHover(offset)}
            >
              {isHidden(offset) ? '**' : hex(bytes[offset] as number)}
            </span>
          ))}
        </span>
        <span class="ascii" aria-hidden="true">
          {offsets.map((offset) => (
            <span
              key={offset}
              class={classOf(offset)}
              onClick={() => onSelect(offset)}
              onMouseEnter={() => onHover(offset)}
            >
              {!isHidden(offset) && isPrintable(bytes[offset] as number)
                ? String.fromCharCode(bytes[offset] as number)
                : '·'}
            </span>
          ))}
        </span>
      </div>
    )
  }

  return (
    <VirtualList
      class="bytes"
      role="grid"
      aria-label="Bytes of the message"
      count={Math.ceil(bytes.length / PER_ROW)}
      rowHeight={ROW}
      active={Math.floor(active / PER_ROW)}
      onMouseLeave={() => onHover(-1)}
      {...{ reveal, row }}
    />
  )
}
