import { useState } from 'preact/hooks'
import type { Copies } from '../protocol.js'

/** Buttons that copy a message as text, and what the first ones copy. */
export function CopyBar({
  copies,
  secrets,
  hasHidden,
}: {
  readonly copies: Copies
  readonly secrets: boolean
  readonly hasHidden: boolean
}) {
  const [copied, setCopied] = useState('')
  const { typescript, command, lost = [], hex, json } = copies
  const copy = async (what: string, text: string) => {
    await copyText(text)
    setCopied(what)
  }
  const button = (what: string, text: string | undefined) =>
    text !== undefined && (
      <button type="button" onClick={() => copy(what, text)} title={text.length < 400 ? text : undefined}>
        {what}
      </button>
    )
  return (
    <>
      {command !== undefined && <code class="again">{command}</code>}
      {command === undefined && typescript !== undefined && <code class="again">{typescript.split('\n').at(-1)}</code>}
      {lost.length > 0 && <p class="muted lost">The command leaves out {lost.join(', ')}.</p>}
      <div class="copies" role="group" aria-label="Copy the message as">
        <span class="muted">Copy as</span>
        {button('TypeScript', typescript)}
        {button('ip command', command)}
        {button('hex', hex)}
        {button('JSON', json)}
        <span class="copied" role="status">
          {copied !== '' && `✓ ${copied} copied`}
        </span>
        {hasHidden && !secrets && <span class="muted">keys are hidden</span>}
      </div>
    </>
  )
}

/** Copies a text. A page that was opened as a file may not have the API for it. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    return
  } catch {
    const focused = document.activeElement
    const area = document.createElement('textarea')
    area.value = text
    // Outside of an open dialog, nothing can be selected.
    const place = document.querySelector('dialog[open]') ?? document.body
    place.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  }
}
