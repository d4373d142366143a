import type { ConversationRow, MessageRow } from '../protocol.js'
import type { FlatRows } from './flat-rows.js'
import { VirtualList } from './virtual-list.js'

/** Height of a row in pixels. */
export const ROW = 26

interface Props {
  readonly rows: FlatRows
  readonly active: number
  readonly reveal: number
  readonly conversation: (position: number) => ConversationRow | undefined
  readonly message: (position: number, child: number) => MessageRow | undefined
  readonly onRange: (from: number, to: number) => void
  readonly onSelect: (index: number) => void
  readonly onToggle: (index: number) => void
}

const roleWords = { request: '→ kernel', answer: '← answer', event: '← event' } as const

/** The list of conversations, as a grid whose rows can be expanded. */
export function Conversations({ rows, active, reveal, conversation, message, onRange, onSelect, onToggle }: Props) {
  const shared = (index: number) => ({
    id: `row-${index}`,
    role: 'row',
    'aria-level': rows.at(index).child < 0 ? 1 : 2,
    'aria-rowindex': index + 2,
    'aria-selected': index === active,
    tabIndex: index === Math.max(active, 0) ? 0 : -1,
    'data-index': index,
    onClick: () => onSelect(index),
  })

  function row(index: number) {
    const { position, child } = rows.at(index)
    if (child >= 0) return <Message attributes={shared(index)} row={message(position, child)} />
    const isExpanded = rows.expandedAt(position) !== undefined
    return (
      <Conversation
        attributes={shared(index)}
        row={conversation(position)}
        isExpanded={isExpanded}
        onToggle={() => onToggle(index)}
      />
    )
  }

  return (
    <>
      <div class="row head" aria-hidden="true">
        <span class="number">#</span>
        <span class="time">Time</span>
        <span class="what">Request</span>
        <span class="details">Object</span>
        <span class="result">Outcome</span>
        <span class="latency">Took</span>
      </div>
      <VirtualList
        class="list"
        role="treegrid"
        aria-label="Conversations"
        aria-rowcount={rows.count + 1}
        count={rows.count}
        rowHeight={ROW}
        {...{ active, reveal, row, onRange }}
      />
    </>
  )
}

type Attributes = Readonly<Record<string, unknown>>

function Conversation({
  attributes,
  row,
  isExpanded,
  onToggle,
}: {
  readonly attributes: Attributes
  readonly row: ConversationRow | undefined
  readonly isExpanded: boolean
  readonly onToggle: () => void
}) {
  if (row === undefined) return <div {...attributes} class="row waiting" aria-busy="true" />
  const { message, time, process, what, name, details, outcome, result, latency, reason, messageCount } = row
  return (
    <div
      {...attributes}
      class={`row ${outcome}`}
      aria-expanded={messageCount > 1 ? isExpanded : undefined}
      title={reason}
    >
      <span role="gridcell" class="number">
        {messageCount > 1 && (
          <button
            type="button"
            class="toggle"
            tabIndex={-1}
            aria-label={isExpanded ? 'Hide its messages' : `Show its ${messageCount} messages`}
            onClick={(event) => {
              event.stopPropagation()
              onToggle()
            }}
          >
            {isExpanded ? '▾' : '▸'}
          </button>
        )}
        {message}
      </span>
      <span role="gridcell" class="time">
        {time}
      </span>
      <span role="gridcell" class="what">
        {process !== '' && <span class="process">{process}</span>}
        {what}
      </span>
      <span role="gridcell" class="details">
        <b>{name}</b> {details}
      </span>
      <span role="gridcell" class="result">
        {result}
      </span>
      <span role="gridcell" class="latency">
        {latency}
      </span>
    </div>
  )
}

function Message({ attributes, row }: { readonly attributes: Attributes; readonly row: MessageRow | undefined }) {
  if (row === undefined) return <div {...attributes} class="row waiting" aria-busy="true" />
  const { number, role, type, text, length, isRefused } = row
  return (
    <div {...attributes} class={`row message ${isRefused ? 'refused' : ''}`}>
      <span role="gridcell" class="number">
        {number}
      </span>
      <span role="gridcell" class="time">
        {roleWords[role]}
      </span>
      <span role="gridcell" class="what">
        {type}
      </span>
      <span role="gridcell" class="details">
        {text}
      </span>
      <span role="gridcell" class="result">
        {isRefused ? '✗ refused' : ''}
      </span>
      <span role="gridcell" class="latency">
        {length} B
      </span>
    </div>
  )
}
