import type { Progress } from '../protocol.js'
import type { Client } from './client.js'

interface Props {
  readonly client: Client
  readonly progress: Progress | undefined
  readonly tab: number
  readonly setTab: (tab: number) => void
  readonly open: (file: Blob, name: string) => void
  readonly secrets: boolean
  readonly setSecrets: (secrets: boolean) => void
  readonly onShare: () => void
  readonly onHelp: () => void
}

const titles = ['Messages', 'Topology', 'State', 'Problems'] as const

/** The bar at the top: tabs and buttons. */
export function Header(props: Props) {
  const { client, progress, tab, setTab, open, secrets, setSecrets, onShare, onHelp } = props
  const isOpen = progress !== undefined
  return (
    <header>
      <h1>netloom</h1>
      {isOpen && <span class="file">{progress.name}</span>}
      {isOpen && <Tabs {...{ progress, tab, setTab }} />}
      <span class="space" />
      {isOpen && (
        <>
          <button type="button" aria-pressed={secrets} onClick={() => setSecrets(!secrets)}>
            {secrets ? 'Hide keys' : 'Show keys'}
          </button>
          <button type="button" onClick={() => save(client, progress.name, secrets)}>
            Save JSON
          </button>
          <button type="button" onClick={onShare} disabled={!progress.isDone}>
            Share…
          </button>
        </>
      )}
      <FileButton open={open} />
      <button type="button" onClick={onHelp} aria-label="Keys and help">
        ?
      </button>
    </header>
  )
}

function Tabs({ progress, tab, setTab }: Pick<Props, 'tab' | 'setTab'> & { readonly progress: Progress }) {
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? titles.length - 1 : 0
    if (step === 0) return
    const next = (tab + step) % titles.length
    setTab(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {titles.map((title, index) => (
        <button
          key={title}
          type="button"
          role="tab"
          id={`tab-${index}`}
          aria-selected={tab === index}
          aria-controls={`panel-${index}`}
          tabIndex={tab === index ? 0 : -1}
          onClick={() => setTab(index)}
        >
          {title}
          {index === 3 && progress.problems > 0 && (
            <span class={`badge ${progress.refused > 0 ? 'bad' : ''}`}>{progress.problems}</span>
          )}
        </button>
      ))}
    </div>
  )
}

/** A button that opens a file. */
export function FileButton({ open }: Pick<Props, 'open'>) {
  return (
    <label class="button">
      Open…
      <input
        type="file"
        class="hidden-input"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0]
          if (file) open(file, file.name)
          // The same file may be chosen again after it was changed.
          currentTarget.value = ''
        }}
      />
    </label>
  )
}

/** Saves all messages as JSON, as `netloom decode --json` prints them. */
async function save(client: Client, name: string, secrets: boolean): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await client.call('json', secrets))
  link.download = `${name}.ndjson`
  link.click()
  URL.revokeObjectURL(link.href)
}
