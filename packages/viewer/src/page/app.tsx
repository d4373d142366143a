import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { FilterBar } from './filter-bar.js'
import { Footer } from './footer.js'
import { Header } from './header.js'
import { HelpDialog } from './help-dialog.js'
import { useKeys } from './keys.js'
import { MessagesPane } from './messages-pane.js'
import { MomentPane } from './moment-pane.js'
import { Problems } from './problems.js'
import { ShareDialog } from './share-dialog.js'
import { useActions } from './use-actions.js'
import { useCapture } from './use-capture.js'
import { useFocus } from './use-focus.js'
import { useMessage } from './use-message.js'
import { useRows } from './use-rows.js'
import { Welcome } from './welcome.js'

/** The page. */
export function App() {
  const capture = useCapture()
  const { client, progress, failure, open } = capture
  const rows = useRows(capture)
  const [secrets, setSecrets] = useState(false)
  const message = useMessage(client, capture.capture, rows.message, secrets)
  const [tab, setTab] = useState(0)
  const [dialog, setDialog] = useState<'help' | 'share' | undefined>()
  const filterInput = useRef<HTMLInputElement>(null)
  const closeDialog = useCallback(() => setDialog(undefined), [])

  useFirstRefusal(capture.capture, progress?.firstRefused, rows)
  const actions = useActions({ client, rows, message, tab, setTab, setDialog, filterInput })
  useKeys(actions)
  useFocus(tab, rows.active)
  const dropping = useDrop(open)

  useEffect(() => {
    document.title = progress === undefined ? 'netloom' : `${progress.name} – netloom`
  }, [progress?.name])

  return (
    <div class={`app ${dropping ? 'dropping' : ''}`}>
      <Header
        {...{ progress, tab, setTab, open, secrets, setSecrets }}
        onShare={() => setDialog('share')}
        onHelp={() => setDialog('help')}
        client={client}
      />
      {progress === undefined ? (
        <Welcome failure={failure} open={open} />
      ) : (
        <main>
          <FilterBar
            {...{ capture, progress, filterInput, failure }}
            onNext={() => actions.refused(1)}
            onLeave={actions.list}
            isShown={tab === 0}
          />
          <section id="panel-0" role="tabpanel" aria-labelledby="tab-0" class="panel" hidden={tab !== 0}>
            <MessagesPane {...{ rows, message, progress, secrets }} />
          </section>
          {(tab === 1 || tab === 2) && (
            <section id={`panel-${tab}`} role="tabpanel" aria-labelledby={`tab-${tab}`} class="panel" tabIndex={-1}>
              <MomentPane {...{ client, progress }} kind={tab === 1 ? 'topology' : 'state'} onShow={actions.show} />
            </section>
          )}
          {tab === 3 && (
            <section id="panel-3" role="tabpanel" aria-labelledby="tab-3" class="panel" tabIndex={-1}>
              <Problems {...{ client, progress }} onShow={actions.show} />
            </section>
          )}
        </main>
      )}
      <Footer progress={progress} />
      {dialog === 'help' && <HelpDialog onClose={closeDialog} />}
      {dialog === 'share' && <ShareDialog client={client} onClose={closeDialog} />}
    </div>
  )
}

/** Shows the first refused request of a new capture as soon as it is decoded, or else the first message. */
function useFirstRefusal(
  capture: number,
  first: { readonly message: number; readonly conversation: number } | undefined,
  rows: ReturnType<typeof useRows>,
) {
  const done = useRef({ capture: 0, isRefusal: false })
  const hasRows = rows.rows.count > 0
  useEffect(() => {
    const isNew = done.current.capture !== capture
    if (isNew) done.current = { capture, isRefusal: false }
    else if (done.current.isRefusal || rows.message > 1) return
    if (first) {
      done.current.isRefusal = true
      void rows.goTo(first)
    } else if (hasRows && (isNew || rows.message === 0)) void rows.activate(0)
  }, [capture, first?.message, hasRows])
}

/** Opens files that are dropped anywhere on the page. Returns true while one is dragged over it. */
function useDrop(open: (file: Blob, name: string) => void): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      const file = event.dataTransfer?.files[0]
      if (file) open(file, file.name)
    }
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const file = clipboardData?.files[0]
      if (file) open(file, file.name)
    }
    document.addEventListener('dragover', over)
    document.addEventListener('dragleave', leave)
    document.addEventListener('drop', drop)
    document.addEventListener('paste', paste)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('dragleave', leave)
      document.removeEventListener('drop', drop)
      document.removeEventListener('paste', paste)
    }
  }, [open])
  return isOver
}
