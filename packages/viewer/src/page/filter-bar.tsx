import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Progress } from '../protocol.js'
import type { Capture } from './use-capture.js'

/** Milliseconds without a key press after which the filter applies. */
const PAUSE = 200

interface Props {
  readonly capture: Capture
  readonly progress: Progress
  readonly filterInput: RefObject<HTMLInputElement | null>
  readonly failure: string
  readonly isShown: boolean
  readonly onNext: () => void
  /** Called to move the focus to the list. */
  readonly onLeave: () => void
}

/** The filter, the progress, and a way to the refused requests. */
export function FilterBar({ capture, progress, filterInput, failure, isShown, onNext, onLeave }: Props) {
  const [text, setText] = useState('')
  const { filter, filterError } = capture
  useEffect(() => {
    const timer = setTimeout(() => filter(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  const { isDone, isFiltering, offset, size, unseenKeys, listed, conversations, refused } = progress
  // A filter applies only after a pause. Until then, the list and its count are those of the previous one.
  const isPartial = text.trim() !== '' && text === progress.filter
  return (
    <div class="bar" hidden={!isShown}>
      <input
        ref={filterInput}
        type="search"
        value={text}
        placeholder="Filter: refused, oif=eth0 and not reply, type=RTM_NEWROUTE    ( / )"
        aria-label="Filter"
        aria-invalid={filterError !== ''}
        aria-describedby="filter-note"
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          // By default, Escape removes the text.
          event.preventDefault()
          onLeave()
        }}
      />
      <span id="filter-note" role="status" class={filterError === '' ? 'muted' : 'bad'}>
        {filterError !== '' ? `⚠ ${filterError}` : isPartial ? `${listed} of ${conversations}` : ''}
        {unseenKeys.length > 0 && ` · no message has ${unseenKeys.join(', ')}`}
        {failure !== '' && ` ⚠ ${failure}`}
      </span>
      {(!isDone || isFiltering) && (
        <progress
          aria-label={isDone ? 'Filtering' : 'Decoding'}
          {...(offset === undefined || isDone ? {} : { value: offset, max: Math.max(1, size) })}
        />
      )}
      <span class="space" />
      {refused > 0 && (
        <button type="button" class="next-refused" onClick={onNext}>
          ✗ {refused.toLocaleString('en')} refused: next <kbd>n</kbd>
        </button>
      )}
    </div>
  )
}
