import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ConversationRow, MessageRow } from '../protocol.js'
import { FlatRows } from './flat-rows.js'
import { usePages } from './pages.js'
import type { Capture } from './use-capture.js'

/** Most messages of one conversation whose rows are kept. */
const MOST_MESSAGES = 20_000

/** The rows of the list, and which one is active. */
export function useRows({ client, progress, version, capture }: Capture) {
  const listed = progress?.listed ?? 0
  const [expanded, setExpanded] = useState(() => new FlatRows(0, []))
  const rows = useMemo(() => expanded.withListed(listed), [expanded, listed])
  // What comes back from the worker concerns the rows of then, not those of the call.
  const latest = useRef(rows)
  latest.current = rows
  const [active, setActive] = useState(-1)
  const [reveal, setReveal] = useState(0)
  const [shown, setShown] = useState({ capture, message: 0 })
  const setMessage = useCallback((message: number) => setShown({ capture, message }), [capture])
  // The numbers of another capture mean other messages.
  const message = shown.capture === capture ? shown.message : 0
  /** Number of activated rows: an earlier one that is loaded late must not replace a later one. */
  const activations = useRef(0)
  const children = useRef(new Map<number, readonly MessageRow[]>())

  const fetchRows = useCallback((from: number, to: number) => client.call('rows', from, to), [client])
  const pages = usePages<ConversationRow>(fetchRows, listed, version)

  // Another filter changes all positions. Before the next event: a row that is clicked then must stay the active one.
  useLayoutEffect(() => {
    setExpanded(new FlatRows(0, []))
    children.current = new Map()
    setActive(-1)
  }, [version])

  const messageAt = useCallback(
    (position: number, child: number) =>
      children.current.get(expanded.expandedAt(position)?.conversation ?? 0)?.[child],
    [expanded],
  )

  /** Makes a row the active one, and shows its message. */
  const activate = useCallback(
    async (index: number) => {
      const bounded = Math.max(0, Math.min(index, rows.count - 1))
      if (rows.count === 0) return
      const activation = ++activations.current
      setActive(bounded)
      setReveal((value) => value + 1)
      const { position, child } = rows.at(bounded)
      const known = child < 0 ? pages.row(position)?.message : messageAt(position, child)?.number
      const message = known ?? (await client.call('rows', position, position + 1))[0]?.message ?? 0
      if (activation === activations.current) setMessage(message)
    },
    [rows, pages.row, messageAt, client, setMessage],
  )

  /** Shows or hides the messages of the conversation of a row. The conversation becomes the active row. */
  const toggle = useCallback(
    async (index: number, wanted?: boolean) => {
      const { position } = rows.at(index)
      const isExpanded = rows.expandedAt(position) !== undefined
      if (wanted === isExpanded) return
      const row = pages.row(position)
      if (row === undefined || row.messageCount < 2) return
      const count = Math.min(row.messageCount, MOST_MESSAGES)
      if (!isExpanded) children.current.set(row.number, await client.call('messages', row.number, 0, count))
      const toggled = latest.current.toggled({ position, conversation: row.number, count })
      setExpanded(toggled)
      setActive(toggled.indexOf({ position, child: -1 }))
    },
    [rows, pages.row, client],
  )

  /** Shows a message of a conversation anywhere in the list. Calls `onFound` just before its row becomes the active one. */
  const goTo = useCallback(
    async (target: { readonly message: number; readonly conversation: number }, onFound = () => {}) => {
      const activation = ++activations.current
      const position = await client.call('position', target.conversation)
      if (activation !== activations.current) return
      onFound()
      setMessage(target.message)
      setActive(latest.current.indexOf({ position, child: -1 }))
      setReveal((value) => value + 1)
    },
    [client, setMessage],
  )

  const range = useCallback(
    (from: number, to: number) => pages.range(rows.at(from).position, rows.at(Math.max(0, to - 1)).position + 1),
    [rows, pages.range],
  )
  return { rows, active, reveal, message, conversation: pages.row, messageAt, activate, toggle, goTo, range }
}

export type Rows = ReturnType<typeof useRows>
