import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { environmentOf, plugin, stdinOf } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: the IPAM plugin as a child', 'netns', 'tun', 'cniPlugins')

const assigned = { ips: [{ address: '10.0.0.2/24' }] }
const result = JSON.stringify(assigned)

const pidFile = (a: Attachment) => `${a.folder}/pid`

const pidOf = (a: Attachment) => Number(readFileSync(pidFile(a), 'latin1'))
const hasStarted = (a: Attachment) => existsSync(pidFile(a)) && pidOf(a) > 0

/** Starts the plugin and waits until its IPAM plugin has written its process ID. */
async function started(a: Attachment, command: string, config: object) {
  const [program, ...args] = plugin
  const call = a.call(command, config)
  const child = spawn(program, args, { env: environmentOf(call), stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin?.end(stdinOf(call))
  await until('the IPAM plugin to run', () => hasStarted(a))
  return child
}

for (const command of ['ADD', 'DEL', 'CHECK', 'STATUS', 'GC']) {
  test(`${command} is killed: the IPAM plugin exits too`, () =>
    attached(async (a) => {
      const ipam = a.fakeIpam('', { [command]: `echo $$ > '${pidFile(a)}'; exec sleep 1000` })
      const prevResult = { interfaces: [{ name: 'tap0', sandbox: a.namespace.path }] }
      const child = await started(a, command, a.config({ ...ipam, prevResult, 'cni.dev/valid-attachments': [] }))
      const pid = pidOf(a)
      assert.ok(isRunning(pid))
      const ended = once(child, 'close')
      child.kill('SIGKILL')
      await ended
      await until('the IPAM plugin to exit', () => !isRunning(pid))
    }))
}

const flood = 'head -c 17000000 /dev/zero'

for (const [name, script] of [
  ['stdout, and succeeds', `${flood}; exit 0`],
  ['stderr, and succeeds', `${flood} >&2; printf '%s' '${result}'; exit 0`],
  ['stdout, and fails', `${flood}; exit 1`],
  ['stdout, and succeeds on SIGTERM', `trap 'exit 0' TERM; ${flood}; while :; do sleep 0.1; done`],
  ['stdout, and ignores SIGTERM', `trap '' TERM; ${flood}; exec sleep 1000`],
] as const) {
  test(`too much output to ${name} is an error, and the IPAM plugin has exited`, () =>
    attached((a) => {
      const ipam = a.fakeIpam('', { ADD: `echo $$ > '${pidFile(a)}'; ${script}` })
      a.fail('ADD', a.config(ipam), 103, 'netplugin printed more than 16777216 bytes')
      assert.not(isRunning(pidOf(a)))
      assert.equal(a.ipamCalls, ['ADD', 'DEL'])
      a.assertClean()
    }))
}

test('the maximum amount of output is accepted', () =>
  attached((a) => {
    const spaces = `head -c 16000000 /dev/zero | tr '\\0' ' '`
    a.succeed('ADD', a.config(a.fakeIpam('', { ADD: `${spaces}; printf '%s' '${result}'; exit 0` })))
    assert.equal(a.addresses(), ['10.0.0.2/24'])
  }))

test('a signal is not forwarded: the IPAM plugin finishes, and its assignment is rolled back', () =>
  attached(async (a) => {
    const script = `echo $$ > '${pidFile(a)}'; while [ ! -e '${a.folder}/go' ]; do sleep 0.05; done; echo done > '${a.folder}/done'`
    const ipam = a.fakeIpam('', { ADD: `${script}; printf '%s' '${result}'` })
    const running = a.start('ADD', a.config(ipam))
    await until('the IPAM plugin to run', () => hasStarted(a))
    const parent = Number(readFileSync(`/proc/${pidOf(a)}/stat`, 'latin1').split(' ')[3])
    process.kill(parent, 'SIGTERM')
    assert.not(existsSync(`${a.folder}/done`))
    a.namespace.exec('touch', [`${a.folder}/go`])
    const { json } = await running
    assert.is(json.code, 11)
    assert.ok(existsSync(`${a.folder}/done`))
    assert.equal(a.ipamCalls, ['ADD', 'DEL'])
    a.assertClean()
  }))

test('the IPAM plugin gets only three file descriptors, and default signal actions', () =>
  attached((a) => {
    const look = `ls -l /proc/$$/fd > '${a.folder}/fds'; grep ^Sig /proc/self/status > '${a.folder}/signals'`
    a.succeed('ADD', a.config(a.fakeIpam('', { ADD: `${look}; printf '%s' '${result}'` })))
    // The shell keeps a copy of stdout while it runs a program with a different one.
    const streams = a.read('fds').match(/ -> (pipe|socket):/g) ?? []
    assert.ok(streams.length <= 4, a.read('fds'))
    const signals = Object.fromEntries(
      a
        .read('signals')
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s*/)),
    )
    assert.is(BigInt(`0x${signals.SigIgn}`), 0n)
    assert.is(BigInt(`0x${signals.SigBlk}`), 0n)
  }))

test('dhcp: ADD and STATUS reject it immediately, DEL and GC run it', () =>
  attached((a) => {
    a.fakeIpam('', { ADD: 'exec sleep 1000', STATUS: 'exec sleep 1000' }, 'dhcp')
    const config = a.config({ ipam: { type: 'dhcp' }, 'cni.dev/valid-attachments': [] })
    const message = 'invalid ipam type "dhcp": no DHCP server can be reached through a tap that no process has opened'
    a.fail('ADD', config, 7, message)
    a.fail('STATUS', config, 7, message)
    assert.equal([a.devices(), a.ipamCalls], [['lo'], []])
    a.succeed('ADD', a.config())
    a.succeed('DEL', config)
    a.succeed('GC', config)
    assert.equal(a.ipamCalls, ['DEL', 'GC'])
    a.assertClean()
  }))

test.run()
