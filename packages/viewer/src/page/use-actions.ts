import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { PER_ROW } from './bytes.js'
import type { Client } from './client.js'
import type { KeyActions, Pane } from './keys.js'
import type { MessageState } from './use-message.js'
import type { Rows } from './use-rows.js'

interface Parts {
  readonly client: Client
  readonly rows: Rows
  readonly message: MessageState
  readonly tab: number
  readonly setTab: (tab: number) => void
  readonly setDialog: (dialog: 'help') => void
  readonly filterInput: RefObject<HTMLInputElement | null>
}

/** Returns what the keys do. */
export function useActions(parts: Parts): KeyActions {
  const { client, rows, message, tab, setTab, setDialog, filterInput } = parts
  /** The pane whose active row gets the focus after the next change. */
  const focused = useRef<Pane | undefined>(undefined)
  useLayoutEffect(() => {
    const pane = focused.current
    if (pane === undefined) return
    focused.current = undefined
    const id = { list: `row-${rows.active}`, tree: `node-${message.selected}`, bytes: `byte-${message.byte}` }[pane]
    document.getElementById(id)?.focus({ preventScroll: true })
  }, [rows.reveal, rows.active, message.reveal, message.byte])

  return useMemo(() => {
    const toByte = (offset: number) =>
      message.selectByte(Math.max(0, Math.min(offset, (message.view?.bytes.length ?? 1) - 1)))
    const toNode = (position: number) => {
      const node = message.visible[Math.max(0, Math.min(position, message.visible.length - 1))]
      if (node !== undefined) message.select(node)
    }
    const inTree = () => message.visible.indexOf(message.selected)

    function openNode(isOpen: boolean): void {
      const { nodes, selected, collapsed } = message
      const node = nodes[selected]
      if (node === undefined) return
      const isCollapsed = collapsed.has(selected)
      if (node.hasInner && isCollapsed === isOpen) message.toggle(selected)
      else if (isOpen && node.hasInner) toNode(inTree() + 1)
      else if (!isOpen) message.select(nodes.findLastIndex(({ depth }, at) => at < selected && depth < node.depth))
    }

    function openRow(isOpen: boolean): void {
      if (rows.active < 0) return
      const { position, child } = rows.rows.at(rows.active)
      const isExpanded = rows.rows.expandedAt(position) !== undefined
      if (isOpen && isExpanded && child < 0) void rows.activate(rows.active + 1)
      else if (!isOpen && child >= 0) void rows.activate(rows.rows.indexOf({ position, child: -1 }))
      else void rows.toggle(rows.active, isOpen)
    }

    return {
      canMove: tab === 0,
      move(pane, step) {
        focused.current = pane
        if (pane === 'list') void rows.activate(rows.active + step)
        else if (pane === 'tree') toNode(inTree() + step)
        else toByte(message.byte + step * PER_ROW)
      },
      end(pane, isLast) {
        focused.current = pane
        if (pane === 'list') void rows.activate(isLast ? rows.rows.count - 1 : 0)
        else if (pane === 'tree') toNode(isLast ? message.visible.length - 1 : 0)
        else toByte(isLast ? Number.MAX_SAFE_INTEGER : 0)
      },
      open(pane, isOpen) {
        focused.current = pane
        if (pane === 'list') openRow(isOpen)
        else if (pane === 'tree') openNode(isOpen)
        else toByte(message.byte + (isOpen ? 1 : -1))
      },
      filter() {
        setTab(0)
        // The input may have been hidden until now.
        setTimeout(() => filterInput.current?.focus())
      },
      refused(step) {
        void client.call('refused', rows.message, step).then((target) => {
          if (target === undefined) return
          setTab(0)
          // Not before: a change that an earlier key has caused would take the focus.
          void rows.goTo(target, () => {
            focused.current = 'list'
          })
        })
      },
      tab: setTab,
      help: () => setDialog('help'),
    }
  }, [client, rows, message, tab, setTab, setDialog, filterInput])
}
