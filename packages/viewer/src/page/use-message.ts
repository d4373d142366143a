import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { MessageView } from '../protocol.js'
import type { Client } from './client.js'
import { nodeAt, visibleNodes } from './tree.js'

const NONE: ReadonlySet<number> = new Set()

/** Loads the selected message, and keeps which part of it is selected. */
export function useMessage(client: Client, capture: number, number: number, secrets: boolean) {
  const [view, setView] = useState<MessageView>()
  const [selected, setSelected] = useState(-1)
  const [hovered, setHovered] = useState(-1)
  const [byte, setByte] = useState(0)
  const [collapsed, setCollapsed] = useState(NONE)
  const [reveal, setReveal] = useState(0)

  useEffect(() => {
    if (number === 0) {
      setView(undefined)
      return
    }
    let isCurrent = true
    void client.call('message', number, secrets).then((loaded) => {
      if (!isCurrent) return
      setView(loaded)
      setHovered(-1)
      // The header is the same in all messages, and its parts are in the heading. What the kernel refused matters most.
      const header = loaded.nodes.findIndex(({ name, depth }) => depth === 0 && name === 'nlmsghdr')
      setCollapsed(loaded.nodes.length > 1 && header >= 0 ? new Set([header]) : NONE)
      const marked = loaded.nodes.findIndex(({ mark }) => mark !== undefined)
      const first = loaded.nodes.findIndex(({ depth }, index) => depth === 0 && index !== header)
      const node = marked >= 0 ? marked : Math.max(0, first)
      setSelected(node)
      setByte(loaded.nodes[node]?.offset ?? 0)
      setReveal((value) => value + 1)
    })
    return () => {
      isCurrent = false
    }
  }, [client, capture, number, secrets])

  const nodes = view?.nodes ?? []
  const visible = useMemo(() => visibleNodes(nodes, collapsed), [nodes, collapsed])

  /** Selects a part of the message, and shows its bytes. */
  const select = useCallback(
    (node: number) => {
      const part = nodes[node]
      if (part === undefined) return
      setSelected(node)
      setByte(part.offset)
      setReveal((value) => value + 1)
    },
    [nodes],
  )

  const toggle = useCallback((node: number) => {
    setCollapsed((before) => {
      const after = new Set(before)
      if (!after.delete(node)) after.add(node)
      return after
    })
  }, [])

  /** Selects a byte, and the innermost part that contains it. */
  const selectByte = useCallback(
    (offset: number) => {
      const node = nodeAt(nodes, offset)
      setByte(offset)
      if (node < 0) return
      setCollapsed((before) => (before.size === 0 ? before : withoutParents(nodes, before, node)))
      setSelected(node)
      setReveal((value) => value + 1)
    },
    [nodes],
  )

  const hoverByte = useCallback((offset: number) => setHovered(offset < 0 ? -1 : nodeAt(nodes, offset)), [nodes])
  const actions = { select, toggle, selectByte, hover: setHovered, hoverByte }
  return { view, nodes, visible, collapsed, selected, hovered, byte, reveal, ...actions }
}

export type MessageState = ReturnType<typeof useMessage>

/** Expands the nodes that contain a node. */
function withoutParents(
  nodes: MessageView['nodes'],
  collapsed: ReadonlySet<number>,
  node: number,
): ReadonlySet<number> {
  const after = new Set(collapsed)
  let depth = nodes[node]?.depth ?? 0
  for (let index = node - 1; index >= 0 && depth > 0; index--) {
    const part = nodes[index]
    if (part === undefined || part.depth >= depth) continue
    depth = part.depth
    after.delete(index)
  }
  return after
}
