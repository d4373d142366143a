import { useEffect, useState } from 'preact/hooks'
import type { Shared } from '../protocol.js'
import type { Client } from './client.js'
import { copyText } from './copy-bar.js'
import { Dialog } from './dialog.js'

const kilobytes = (bytes: number) => `${Math.max(1, Math.round(bytes / 1024)).toLocaleString('en')} KiB`

/** A link that contains the capture. */
export function ShareDialog({ client, onClose }: { readonly client: Client; readonly onClose: () => void }) {
  const [secrets, setSecrets] = useState(false)
  const [shared, setShared] = useState<Shared>()
  const [failure, setFailure] = useState('')
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    let isCurrent = true
    setShared(undefined)
    setFailure('')
    setCopied(false)
    client.call('share', secrets).then(
      (result) => isCurrent && setShared(result),
      ({ message }: Error) => isCurrent && setFailure(message),
    )
    return () => {
      isCurrent = false
    }
  }, [client, secrets])
  const link = shared && `${location.href.replace(/#.*/, '')}#${shared.hash}`

  return (
    <Dialog title="Share the capture" onClose={onClose}>
      <p>
        <b>The link contains the whole capture</b>: addresses, names and all. Every person with the link has the
        capture. It is not stored anywhere else, and browsers do not send the part after # to a server.
      </p>
      <label class="check">
        <input type="checkbox" checked={secrets} onChange={({ currentTarget }) => setSecrets(currentTarget.checked)} />
        With keys and passwords (by default they are replaced by zeros)
      </label>
      {failure !== '' && (
        <p class="refusal" role="alert">
          <b>⚠</b> {failure}
        </p>
      )}
      {link !== undefined && shared !== undefined && (
        <>
          <textarea readOnly rows={4} aria-label="Link" value={link} />
          <p class="muted">{`${kilobytes(link.length)}, for a capture of ${kilobytes(shared.size)}.`}</p>
          <button
            type="button"
            class="primary"
            onClick={async () => {
              await copyText(link)
              setCopied(true)
            }}
          >
            Copy the link
          </button>{' '}
          <span role="status">{isCopied && '✓ copied'}</span>
        </>
      )}
    </Dialog>
  )
}
