import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Progress } from '../protocol.js'
import { Client } from './client.js'

/** Returns the bytes that `netloom view` has put into the page, with the name of the file. */
function embedded(): { readonly blob: Blob; readonly name: string } | undefined {
  const element = document.getElementById('capture')
  if (element === null) return undefined
  const text = element.textContent ?? ''
  // Decoded in parts, because the text of a large file and its bytes would be in memory several times.
  const part = 4 * 256 * 1024
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let at = 0; at < text.length; at += part)
    parts.push(Uint8Array.from(atob(text.slice(at, at + part)), (character) => character.charCodeAt(0)))
  const name = element.dataset.name ?? 'capture'
  element.remove()
  return { blob: new Blob(parts), name }
}

/** Opens captures and filters them. */
export function useCapture() {
  const [progress, setProgress] = useState<Progress>()
  const [failure, setFailure] = useState('')
  const [filterError, setFilterError] = useState('')
  const [capture, setCapture] = useState(0)
  const filterText = useRef('')
  const isOpen = useRef(false)
  const client = useMemo(() => new Client(setProgress, setFailure), [])

  const opening = useCallback(async (open: () => Promise<unknown>) => {
    setFailure('')
    // Removes the filter from the page, too. It must not be removed later, because the reader may have entered one by then.
    setProgress(undefined)
    filterText.current = ''
    setFilterError('')
    try {
      await open()
      isOpen.current = true
      setCapture((value) => value + 1)
    } catch (error) {
      setFailure((error as Error).message)
      // The worker still has the previous capture, and reports it again.
      if (isOpen.current) await client.call('filter', '')
    }
  }, [])

  const open = useCallback(
    (file: Blob, name: string) => opening(() => client.call('open', file, name)),
    [client, opening],
  )

  const filter = useCallback(
    async (text: string) => {
      if (filterText.current === text) return
      filterText.current = text
      const { error = '' } = await client.call('filter', text)
      // Another text may have been entered in the meantime.
      if (filterText.current !== text) return
      setFilterError(error)
    },
    [client],
  )

  useEffect(() => {
    const given = embedded()
    const shared = () => {
      const hash = location.hash.slice(1)
      if (hash !== '') void opening(() => client.call('openShared', hash))
    }
    if (given) void open(given.blob, given.name)
    else shared()
    addEventListener('hashchange', shared)
    return () => removeEventListener('hashchange', shared)
  }, [client, open, opening])

  /** Changes when another capture or another filter makes all rows different. */
  const version = `${capture} ${progress?.filter ?? ''}`
  return { client, progress, failure, filterError, version, capture, open, filter }
}

export type Capture = ReturnType<typeof useCapture>
