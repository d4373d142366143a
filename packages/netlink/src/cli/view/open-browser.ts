import { spawn } from 'node:child_process'

/** Opens an address in the user's browser. Calls `failed` if there is none. */
export function openBrowser(url: string, failed: () => void): void {
  const child = spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
  child.on('error', failed)
  child.on('exit', (code) => {
    if (code !== 0) failed()
  })
  // The browser may stay open for longer than this program.
  child.unref()
}
