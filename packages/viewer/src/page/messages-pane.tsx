import type { Progress } from '../protocol.js'
import { Bytes } from './bytes.js'
import { Conversations } from './conversations.js'
import { CopyBar } from './copy-bar.js'
import { Tree } from './tree.js'
import type { MessageState } from './use-message.js'
import type { Rows } from './use-rows.js'

interface Props {
  readonly rows: Rows
  readonly message: MessageState
  readonly progress: Progress
  readonly secrets: boolean
}

/** The three panes: conversations, the parts of a message, and its bytes. */
export function MessagesPane({ rows, message, progress, secrets }: Props) {
  const { view, nodes, visible, collapsed, selected, hovered, byte, reveal } = message
  const { damage, isDone, isFiltering, listed } = progress
  return (
    <div class="panes">
      <div class="pane conversations">
        <Conversations
          rows={rows.rows}
          active={rows.active}
          reveal={rows.reveal}
          conversation={rows.conversation}
          message={rows.messageAt}
          onRange={rows.range}
          onSelect={rows.activate}
          onToggle={rows.toggle}
        />
        {isDone && !isFiltering && listed === 0 && damage === undefined && (
          <p class="empty">
            {progress.conversations === 0 ? 'The file contains no messages.' : 'The filter selects nothing.'}
          </p>
        )}
        {damage !== undefined && (
          <p class="damage" role="alert">
            <b>⚠ The file is damaged here.</b> {damage}. {progress.messages > 0 && 'What came before is shown above.'}
          </p>
        )}
      </div>
      <div class="pane parts">
        {view === undefined ? (
          <p class="empty">Select a conversation.</p>
        ) : (
          <>
            <div class="heading">
              <h2>
                {view.heading.map(({ text, style }) => (
                  <span class={`styled ${style}`}>{text}</span>
                ))}
              </h2>
              {view.refusals.map((text) => (
                <p class="refusal">
                  <b>✗ The kernel refused it.</b> {text}
                </p>
              ))}
              {view.problem !== undefined && (
                <p class="refusal">
                  <b>⚠ Unreadable:</b> {view.problem}
                </p>
              )}
              <CopyBar copies={view.copies} secrets={secrets} hasHidden={view.hidden.length > 0} />
            </div>
            <Tree
              {...{ nodes, visible, collapsed, selected, hovered, reveal }}
              onSelect={message.select}
              onToggle={message.toggle}
              onHover={message.hover}
            />
            <Docs node={nodes[selected]} />
          </>
        )}
      </div>
      <div class="pane raw">
        {view !== undefined && (
          <Bytes
            view={view}
            selected={nodes[selected]}
            hovered={nodes[hovered]}
            active={byte}
            reveal={reveal}
            onSelect={message.selectByte}
            onHover={message.hoverByte}
          />
        )}
      </div>
    </div>
  )
}

/** What the declaration says about the selected part. */
function Docs({ node }: { readonly node: MessageState['nodes'][number] | undefined }) {
  if (node === undefined) return null
  const { name, offset, length, docs, kind } = node
  return (
    <div class="docs" aria-live="polite">
      <b>{name}</b> <span class="muted">{`${kind}, ${length} byte${length === 1 ? '' : 's'} at offset ${offset}`}</span>
      {docs.map((text) => (
        <p>{text}</p>
      ))}
    </div>
  )
}
