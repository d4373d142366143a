import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { inScratch, type Namespace } from './netns.js'

const script = fileURLToPath(new URL('sockets.py', import.meta.url))

/** A process that has sockets of all kinds open: see sockets.py. */
export interface SocketOwner {
  readonly pid: number
  readonly namespace: Namespace
  /** Folder of its unix sockets. */
  readonly folder: string
  /** Ends the process, which closes its sockets. */
  end(): Promise<void>
}

/** Calls `use` while a process has its sockets open, in a new namespace. */
export const withOpenSockets = (use: (owner: SocketOwner) => void | Promise<void>) =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.ip('route', 'add', '10.9.0.0/16', 'dev', 'lo')
    const folder = mkdtempSync(join(tmpdir(), 'netloom-sockets-'))
    const words = ['netns', 'exec', namespace.name, 'python3', script, folder, namespace.name]
    const child = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'] })
    const end = async () => {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    }
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const { value } = await lines.next()
      if (value !== 'open') throw new Error(`expected the sockets to be open, got ${value}`)
      await use({ pid: child.pid as number, namespace, folder, end })
    } finally {
      await end()
      rmSync(folder, { recursive: true, force: true })
    }
  })
