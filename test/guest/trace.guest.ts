import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { until } from '../support/until.js'

/** Traces all processes with an nlmon device, which Debian's kernel has. */

const test = suite('netloom trace --all')

const main = fileURLToPath(new URL('../../packages/netlink/dist/cli/main.js', import.meta.url))

interface Message {
  readonly type: string
  readonly toKernel: boolean
  readonly process?: { readonly pid: number; readonly name?: string }
}

/** Traces a namespace while `use` runs, then sends a signal. Returns the messages. */
async function traced(namespace: Namespace, signal: NodeJS.Signals, use: () => Promise<void>): Promise<Message[]> {
  const args = ['--conditions=netloom', main, 'trace', '--all', '--json', '--netns', namespace.path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (piece) => (stdout += piece))
  child.stderr.setEncoding('utf8').on('data', (piece) => (stderr += piece))
  const ended = once(child, 'exit')
  await until('the trace', () => stderr.includes('until Ctrl-C') || child.exitCode !== null)
  assert.is(child.exitCode, null, stderr)
  await use()
  const parsed = () => stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Message] : []))
  await until('the last request', () => parsed().some(({ type, toKernel }) => type === 'RTM_DELLINK' && toKernel))
  child.kill(signal)
  assert.equal(await ended, [0, null], stderr)
  return parsed()
}

const nlmonDevices = ({ ip }: Namespace) => ip('link', 'show', 'type', 'nlmon').length

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`shows the requests of all processes, and leaves no device after ${signal}`, () =>
    inScratch(async (namespace) => {
      const messages = await traced(namespace, signal, async () => {
        namespace.ip('link', 'add', 'b0', 'type', 'bridge')
        namespace.ip('link', 'del', 'b0')
      })
      assert.is(nlmonDevices(namespace), 0)
      const requests = messages.filter(({ type, toKernel }) => toKernel && /^RTM_(NEW|DEL)LINK$/.test(type))
      assert.ok(requests.some(({ type }) => type === 'RTM_NEWLINK'))
      for (const request of requests) assert.ok(request.process !== undefined, JSON.stringify(request))
      assert.ok(messages.every(({ process: traced }) => traced?.name !== 'node'))
    }))
}

test('names the processes that run', () =>
  inScratch(async (namespace) => {
    const messages = await traced(namespace, 'SIGTERM', async () => {
      const monitor = spawn('ip', ['-n', namespace.name, 'monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] })
      let seen = ''
      monitor.stdout.setEncoding('utf8').on('data', (piece) => (seen += piece))
      await until('an event', () => {
        if (seen !== '') return true
        namespace.ip('link', 'set', 'lo', 'up')
        namespace.ip('link', 'set', 'lo', 'down')
        return false
      })
      namespace.ip('link', 'add', 'b0', 'type', 'bridge')
      namespace.ip('link', 'del', 'b0')
      monitor.kill()
      await once(monitor, 'exit')
    })
    const names = new Set(messages.map(({ process: traced }) => traced?.name))
    assert.ok(names.has('ip'), [...names].join())
  }))

test.run()
