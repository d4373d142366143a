import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { until } from '../support/until.js'

/** Traces all processes with an nlmon device, and refusals of bonds, which Debian's kernel has. */

const test = suite('netloom trace')

// One bundled file: an emulated guest loads hundreds of modules slowly.
const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))

/** Limit in milliseconds. Node takes 20 seconds to start the command in a guest, and others may use the processors. */
const START = 240_000

interface Message {
  readonly type: string
  readonly toKernel: boolean
  readonly process?: { readonly pid: number; readonly name?: string }
}

/** Traces a namespace while `use` runs, then sends a signal. Returns the messages. */
async function traced(namespace: Namespace, signal: NodeJS.Signals, use: () => Promise<void>): Promise<Message[]> {
  const args = [main, 'trace', '--all', '--json', '--netns', namespace.path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (piece) => (stdout += piece))
    child.stderr.setEncoding('utf8').on('data', (piece) => (stderr += piece))
    const ended = once(child, 'exit')
    await until('the trace', () => stderr.includes('until Ctrl-C') || child.exitCode !== null, START)
    assert.is(child.exitCode, null, stderr)
    await use()
    const parsed = () =>
      stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Message] : []))
    await until('the last request', () => parsed().some(({ type, toKernel }) => type === 'RTM_DELLINK' && toKernel))
    child.kill(signal)
    assert.equal(await ended, [0, null], stderr)
    return parsed()
  } finally {
    child.kill('SIGKILL')
  }
}

/** Creates and deletes a bridge. */
function useBridge({ ip }: Namespace): void {
  ip('link', 'add', 'b0', 'type', 'bridge')
  ip('link', 'del', 'b0')
}

const nlmonDevices = ({ ip }: Namespace) => ip('link', 'show', 'type', 'nlmon').length

test('--all shows the requests of all processes, and leaves no device after SIGINT', () =>
  inScratch(async (namespace) => {
    const messages = await traced(namespace, 'SIGINT', async () => useBridge(namespace))
    assert.is(nlmonDevices(namespace), 0)
    const requests = messages.filter(({ type, toKernel }) => toKernel && /^RTM_(NEW|DEL)LINK$/.test(type))
    assert.ok(requests.some(({ type }) => type === 'RTM_NEWLINK'))
    for (const request of requests) assert.ok(request.process !== undefined, JSON.stringify(request))
    assert.ok(messages.every(({ process: traced }) => traced?.name !== 'node'))
  }))

test('--all names the processes that run, and leaves no device after SIGTERM', () =>
  inScratch(async (namespace) => {
    const messages = await traced(namespace, 'SIGTERM', async () => {
      const monitor = spawn('ip', ['-n', namespace.name, 'monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] })
      const gone = once(monitor, 'exit')
      try {
        let seen = ''
        monitor.stdout.setEncoding('utf8').on('data', (piece) => (seen += piece))
        await until('an event', () => {
          if (seen !== '') return true
          namespace.ip('link', 'set', 'lo', 'up')
          namespace.ip('link', 'set', 'lo', 'down')
          return false
        })
        useBridge(namespace)
      } finally {
        monitor.kill()
        await gone
      }
    })
    assert.is(nlmonDevices(namespace), 0)
    const names = new Set(messages.map(({ process: traced }) => traced?.name))
    assert.ok(names.has('ip'), [...names].join())
  }))

test('a bond option that the kernel refuses is marked', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'bond0', 'type', 'bond', 'mode', '802.3ad')
    namespace.ip('link', 'set', 'bond0', 'up')
    const command = ['ip', '-n', namespace.name, 'link', 'set', 'bond0', 'type', 'bond', 'lacp_active', 'on']
    const { stderr, status } = spawnSync(process.execPath, [main, 'trace', '--', ...command], { encoding: 'utf8' })
    assert.is(status, 2)
    const lines = stderr.split('\n')
    const mark = lines.findIndex((line) => /^ +~+$/.test(line))
    assert.ok(mark > 0, stderr)
    const [marked = '', tildes = '', words] = lines.slice(mark - 1, mark + 2)
    assert.is(marked.slice(tildes.indexOf('~'), tildes.length), 'lacp_active on')
    assert.match(marked, /✗ EBUSY/)
    assert.match(words ?? '', /^ +the kernel: "unable to set option because the bond is up"/)
    assert.match(stderr, / 1 refused/)
  }))

test.run()
