import type { TreeNode } from '../protocol.js'
import { VirtualList } from './virtual-list.js'

/** Height of a row in pixels. */
const ROW = 22

interface Props {
  readonly nodes: readonly TreeNode[]
  /** Indexes of the nodes that no collapsed one contains. */
  readonly visible: readonly number[]
  readonly collapsed: ReadonlySet<number>
  readonly selected: number
  readonly hovered: number
  readonly reveal: number
  readonly onSelect: (node: number) => void
  readonly onToggle: (node: number) => void
  readonly onHover: (node: number) => void
}

/** The parts of a message, as a tree. */
export function Tree(props: Props) {
  const { nodes, visible, collapsed, selected, hovered, reveal, onSelect, onToggle, onHover } = props

  function row(index: number) {
    const node = visible[index] ?? -1
    const part = nodes[node]
    if (part === undefined) return null
    const { kind, depth, name, text, hasInner, problem, isReplaced, mark } = part
    const states = [
      kind,
      node === hovered ? 'hovered' : '',
      mark !== undefined ? 'marked' : '',
      problem !== undefined ? 'damaged' : '',
    ]
    return (
      <div
        id={`node-${node}`}
        role="treeitem"
        class={`node ${states.join(' ')}`}
        aria-level={depth + 1}
        aria-selected={node === selected}
        aria-expanded={hasInner ? !collapsed.has(node) : undefined}
        tabIndex={node === selected ? 0 : -1}
        data-node={node}
        onClick={() => onSelect(node)}
        onMouseEnter={() => onHover(node)}
      >
        {Array.from({ length: depth }, () => (
          <span class="indent" />
        ))}
        <span
          class="toggle"
          aria-hidden="true"
          onClick={(event) => {
            if (!hasInner) return
            event.stopPropagation()
            onToggle(node)
          }}
        >
          {hasInner ? (collapsed.has(node) ? '▸' : '▾') : ''}
        </span>
        <span class="name">{name}</span>
        <span class="value">{text}</span>
        {isReplaced && <span class="note">a later one replaces it</span>}
        {problem !== undefined && <span class="note bad">⚠ {problem}</span>}
        {mark !== undefined && <span class="note bad">◀ {mark}</span>}
      </div>
    )
  }

  return (
    <VirtualList
      class="tree"
      role="tree"
      aria-label="Parts of the message"
      count={visible.length}
      rowHeight={ROW}
      active={visible.indexOf(selected)}
      onMouseLeave={() => onHover(-1)}
      {...{ reveal, row }}
    />
  )
}

/** Returns the indexes of the nodes that no collapsed one contains. */
export function visibleNodes(nodes: readonly TreeNode[], collapsed: ReadonlySet<number>): number[] {
  const visible: number[] = []
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const [index, { depth }] of nodes.entries()) {
    if (depth > hiddenBelow) continue
    hiddenBelow = collapsed.has(index) ? depth : Number.POSITIVE_INFINITY
    visible.push(index)
  }
  return visible
}

/** Returns the innermost node that contains a byte, or -1. */
export function nodeAt(nodes: readonly TreeNode[], offset: number): number {
  return nodes.findLastIndex((node) => offset >= node.offset && offset < node.offset + node.length)
}
