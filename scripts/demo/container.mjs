import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Starts a process in a new network namespace, in place of a container. It ends when its stdin is closed. */
export async function startContainer() {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'echo; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`unshare --net ended with ${code}`)
  })
  failed.catch(() => {})
  await Promise.race([once(child.stdout, 'data'), failed])
  return {
    netns: `/proc/${child.pid}/ns/net`,
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
