import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { runChild } from '../../packages/cni-tap/dist/attachment/relabelled.js'
import type { CniError } from '../../packages/cni-tap/dist/cni/error.js'
import type { Request } from '../../packages/cni-tap/dist/cni/request.js'
import { environmentOf, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: ADD in a child process', 'netns', 'tun')

const context = 'a:b:c:d'

/** Returns a request for the child without the label, which only test/guest/selinux.guest.ts can set. */
function requestOf(a: Attachment, keys: object, notes: string[] = []): Request {
  const config = a.config({ selinuxContext: context, ...keys })
  const caller = { env: environmentOf(a.call('ADD', config)), reexec: plugin, parent: 0 }
  return {
    process: caller,
    stdin: Buffer.from(JSON.stringify(config)),
    note: (text: string) => notes.push(text),
  } as unknown as Request
}

test("the parent prints the child's result, and the child starts no further child", () =>
  attached((a) => {
    const notes: string[] = []
    const { ipam } = a.fakeIpam('', {
      ADD: `env > '${a.folder}/env'; printf '{"ips":[{"address":"10.0.0.2/24"}]}'; echo note >&2`,
    })
    const result = JSON.parse(runChild(requestOf(a, { ipam }, notes), context))
    assert.is(result.interfaces[0].name, 'tap0')
    assert.equal(a.addresses(), ['10.0.0.2/24'])
    assert.equal(notes, ['note'])
    assert.not.match(a.read('env'), /^NETLOOM_/m)
  }))

test('the child exits with its parent, and so does the IPAM plugin', () =>
  attached(async (a) => {
    const { ipam } = a.fakeIpam('', { ADD: `echo $$ $PPID > '${a.folder}/pids'; exec sleep 1000` })
    const { process: caller, stdin } = requestOf(a, { ipam })
    const module = new URL('../../packages/cni-tap/dist/attachment/relabelled.js', import.meta.url)
    const request = `{ process: ${JSON.stringify(caller)}, stdin: Buffer.from('${stdin}') }`
    const script = `const { runChild } = await import('${module}'); runChild(${request}, '')`
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    const file = `${a.folder}/pids`
    const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').map(Number) : [])
    while (lines().length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    const pids = lines()
    assert.ok(pids.every(isRunning))
    starter.kill('SIGKILL')
    await until('both to exit', () => !pids.some(isRunning))
    // The first thread of a process may have exited while another still closes its files.
    await until('no device', () => a.devices().join() === 'lo')
  }))

test('the parent reports the error of the child', () =>
  attached((a) => {
    assert.throws(
      () => runChild(requestOf(a, { bridge: 'br0' }), context),
      (error: CniError) => error.code === 7 && error.message.startsWith('invalid bridge "br0": '),
    )
    a.assertClean()
  }))

test('a child that cannot be started is an error', () =>
  attached((a) => {
    const request = requestOf(a, {})
    const broken = (...reexec: string[]) => ({ ...request, process: { ...request.process, reexec } })
    assert.throws(() => runChild(broken('/nonexistent'), context), /^failed to run \/nonexistent: .*ENOENT/)
    assert.throws(() => runChild(broken('/bin/false'), context), /^failed to run \/bin\/false: exit status 1/)
    assert.throws(
      () => runChild(broken('/etc/passwd'), context),
      (error: CniError) => error.code === 7 && /^invalid selinuxContext "a:b:c:d": .* EACCES/.test(error.message),
    )
  }))

test.run()
