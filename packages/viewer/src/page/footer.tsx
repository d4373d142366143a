import type { Progress } from '../protocol.js'

const counted = (count: number, word: string) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`

/** The line at the bottom: counts, and what happens to the capture. */
export function Footer({ progress }: { readonly progress: Progress | undefined }) {
  return (
    <footer>
      {progress && (
        <span>
          {`${counted(progress.messages, 'message')}, ${counted(progress.conversations, 'conversation')}, ${progress.refused.toLocaleString('en')} refused`}
        </span>
      )}
      <span class="space" />
      <span>
        Nothing leaves this browser: the page’s policy (<code>connect-src 'none'</code>) forbids connections.
      </span>
    </footer>
  )
}
