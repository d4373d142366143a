import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { PER_ROW } from './bytes.js'
import type { Client } from './client.js'
import type { KeyActions, Pane } from './keys.js'
import { focusList } from './use-focus.js'
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

/** A message and its conversation. */
interface Target {
  readonly message: number
  readonly conversation: number
}

/** Functions of the keys, and of buttons that lead to another view. */
export interface Actions extends KeyActions {
  /** Shows a message. Its conversation gets the focus. */
  show(target: Target): void
  /** Moves the focus to the list. */
  list(): void
}

export function useActions(parts: Parts): Actions {
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
    // Only what changes the active row requests the focus for it: a request that is left would take the focus later.
    const toRow = (index: number) => {
      if (rows.rows.count === 0) return
      focused.current = 'list'
      void rows.activate(index)
    }
    const toByte = (offset: number) => {
      focused.current = 'bytes'
      message.selectByte(Math.max(0, Math.min(offset, (message.view?.bytes.length ?? 1) - 1)))
    }
    const selectNode = (node: number | undefined) => {
      if (node === undefined || node < 0) return
      focused.current = 'tree'
      message.select(node)
    }
    const toNode = (position: number) =>
      selectNode(message.visible[Math.max(0, Math.min(position, message.visible.length - 1))])
    const inTree = () => message.visible.indexOf(message.selected)

    function openNode(isOpen: boolean): void {
      const { nodes, selected, collapsed } = message
      const node = nodes[selected]
      if (node === undefined) return
      const isCollapsed = collapsed.has(selected)
      if (node.hasInner && isCollapsed === isOpen) message.toggle(selected)
      else if (isOpen && node.hasInner) toNode(inTree() + 1)
      else if (!isOpen) selectNode(nodes.findLastIndex(({ depth }, at) => at < selected && depth < node.depth))
    }

    function openRow(isOpen: boolean): void {
      if (rows.active < 0) return
      const { position, child } = rows.rows.at(rows.active)
      const isExpanded = rows.rows.expandedAt(position) !== undefined
      if (isOpen && isExpanded && child < 0) toRow(rows.active + 1)
      else if (!isOpen && child >= 0) toRow(rows.rows.indexOf({ position, child: -1 }))
      else void rows.toggle(rows.active, isOpen)
    }

    const show = (target: Target) => {
      setTab(0)
      void rows.goTo(target, () => {
        // Not before: a change that an earlier key has caused would take the focus.
        focused.current = 'list'
      })
    }

    return {
      canMove: tab === 0,
      move(pane, step) {
        if (pane === 'list') toRow(rows.active + step)
        else if (pane === 'tree') toNode(inTree() + step)
        else toByte(message.byte + step * PER_ROW)
      },
      end(pane, isLast) {
        if (pane === 'list') toRow(isLast ? rows.rows.count - 1 : 0)
        else if (pane === 'tree') toNode(isLast ? message.visible.length - 1 : 0)
        else toByte(isLast ? Number.MAX_SAFE_INTEGER : 0)
      },
      open(pane, isOpen) {
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
          if (target !== undefined) show(target)
        })
      },
      tab: setTab,
      show,
      list: () => {
        if (!focusList(rows.active)) filterInput.current?.blur()
      },
      help: () => setDialog('help'),
    }
  }, [client, rows, message, tab, setTab, setDialog, filterInput])
}
