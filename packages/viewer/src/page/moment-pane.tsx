import { useEffect, useState } from 'preact/hooks'
import type { Moment, Progress } from '../protocol.js'
import type { Client } from './client.js'

interface Props {
  readonly client: Client
  readonly progress: Progress
  readonly kind: 'topology' | 'state'
  readonly onShow: (target: { readonly message: number; readonly conversation: number }) => void
}

/** The tabs with the state at a moment: a drawing, or tables. */
export function MomentPane({ client, progress, kind, onShow }: Props) {
  const last = progress.moments - 1
  const [chosen, setChosen] = useState<number>()
  const [moment, setMoment] = useState<Moment>()
  const index = Math.min(chosen ?? last, last)
  useEffect(() => {
    if (index < 0) return
    let isCurrent = true
    void client.call('moment', index).then((loaded) => isCurrent && setMoment(loaded))
    return () => {
      isCurrent = false
    }
  }, [client, index])

  if (last < 0)
    return (
      <p class="empty">
        The capture reports no links, addresses or routes. A dump, as of <code>ip address show</code>, reports them.
      </p>
    )
  return (
    <div class="moment">
      <div class="bar">
        <label for="moment">Moment</label>
        <input
          id="moment"
          type="range"
          min={0}
          max={last}
          value={index}
          aria-valuetext={moment && `${moment.time} s, after message ${moment.message}`}
          onInput={({ currentTarget }) => setChosen(currentTarget.valueAsNumber)}
        />
        <output for="moment">{moment && `${moment.time} s, after #${moment.message}`}</output>
        {moment && (
          <button
            type="button"
            onClick={async () => {
              const { conversation, number } = await client.call('message', moment.message, false)
              onShow({ conversation, message: number })
            }}
          >
            Show #{moment.message}
          </button>
        )}
      </div>
      {moment && (kind === 'topology' ? <Drawing moment={moment} /> : <Tables moment={moment} />)}
    </div>
  )
}

function Drawing({ moment: { svg, remark, text } }: { readonly moment: Moment }) {
  // The page's own styles apply, also in the dark. Its policy forbids those inside the drawing.
  const drawing = svg?.replace(/<style>[^<]*<\/style>/, '')
  return (
    <div class="scroll">
      {remark !== undefined && <p class="empty">{remark}</p>}
      {drawing !== undefined && (
        <div class="drawing" aria-hidden="true" dangerouslySetInnerHTML={{ __html: drawing }} />
      )}
      <details>
        <summary>The same as text</summary>
        <pre>{text}</pre>
      </details>
    </div>
  )
}

function Tables({ moment: { tables } }: { readonly moment: Moment }) {
  return (
    <div class="scroll tables">
      {tables.map(({ title, columns, rows, count }) => (
        <table key={title}>
          <caption>
            {title} <span class="muted">{count > rows.length ? `the first ${rows.length} of ${count}` : count}</span>
          </caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column.toLowerCase()}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells) => (
              <tr>
                {cells.map((cell) => (
                  <td>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  )
}
