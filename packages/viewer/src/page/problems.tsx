import { useCallback, useState } from 'preact/hooks'
import type { Problem, Progress } from '../protocol.js'
import type { Client } from './client.js'
import { usePages } from './pages.js'
import { VirtualList } from './virtual-list.js'

/** Height of a row in pixels. */
const ROW = 48

const signs: Readonly<Record<Problem['kind'], string>> = {
  refused: '✗',
  interrupted: '↯',
  overrun: '⚠',
  unanswered: '?',
  damaged: '⚠',
}

interface Props {
  readonly client: Client
  readonly progress: Progress
  readonly onShow: (target: { readonly message: number; readonly conversation: number }) => void
}

/** The tab with what went wrong. */
export function Problems({ client, progress, onShow }: Props) {
  const count = progress.problems
  const fetchRows = useCallback((from: number, to: number) => client.call('problems', from, to), [client])
  const { row: problem, range } = usePages<Problem>(fetchRows, count, client)
  const [active, setActive] = useState(0)
  if (count === 0)
    return <p class="empty">{progress.isDone ? 'Nothing was refused, lost or interrupted.' : 'Nothing so far.'}</p>

  function row(index: number) {
    const found = problem(index)
    if (found === undefined) return <div role="listitem" class="problem waiting" />
    const { kind, title, text, time, message, conversation } = found
    const isShown = message !== undefined && conversation !== undefined
    return (
      <div role="listitem" class={`problem ${kind}`}>
        <span class="sign" aria-hidden="true">
          {signs[kind]}
        </span>
        <div>
          <b>{title}</b>
          <span class="muted">{text}</span>
        </div>
        <span class="space" />
        <span class="muted time">{time}</span>
        {isShown && (
          <button
            type="button"
            onClick={() => {
              setActive(index)
              onShow({ message, conversation })
            }}
          >
            Show #{message}
          </button>
        )}
      </div>
    )
  }

  return (
    <VirtualList
      class="problems"
      role="list"
      aria-label="Problems"
      count={count}
      rowHeight={ROW}
      active={active}
      reveal={0}
      row={row}
      onRange={range}
    />
  )
}
