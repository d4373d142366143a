import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { Connection } from '@netloom/netlink'
import { NFNL_SUBSYS, NFPROTO, NFT_TABLE_F, netfilter } from '@netloom/netlink/netfilter'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { callPlugin, environmentOf, plugin, stdinOf } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: a hostile pod and unusual callers', 'netns', 'tun')

const result = JSON.stringify({ ips: [{ address: '10.0.0.2/24' }] })

/** A call of the plugin that can be sent signals. */
class Running implements Disposable {
  readonly child: ChildProcess
  readonly #stdout: Promise<string>

  /** Starts the plugin in its own process group. */
  constructor(a: Attachment, command: string, config: object) {
    const [program, ...args] = plugin
    const call = a.call(command, config)
    this.child = spawn(program, args, { env: environmentOf(call), stdio: ['pipe', 'pipe', 'ignore'], detached: true })
    this.child.stdin?.end(stdinOf(call))
    this.#stdout = text(this.child.stdout as NonNullable<ChildProcess['stdout']>)
  }

  /** Sends a signal to the process group. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid as number), signal)
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL')
  }

  /** Waits until the plugin has exited. Returns its error object. */
  async failure(): Promise<{ code: number; msg: string }> {
    return JSON.parse(await this.#stdout)
  }
}

/** Returns a script of an IPAM plugin that waits for the file `go` and then runs `script`. It creates the file `started`. */
const waiting = ({ folder }: Attachment, script: string) =>
  `touch ${folder}/started; while [ ! -e ${folder}/go ]; do sleep 0.02; done; ${script}`

const hasStarted = ({ folder }: Attachment) => existsSync(`${folder}/started`)
const go = ({ folder }: Attachment) => writeFileSync(`${folder}/go`, '')

for (const [name, script, signal, code] of [
  ['fails', 'exit 3', undefined, 103],
  ['is followed by SIGTERM', `printf '%s' '${result}'`, 'SIGTERM', 11],
] as const)
  test(`a queue that the pod attaches and makes persistent does not keep the tap if the IPAM plugin ${name}`, () =>
    attached(async (a) => {
      const config = a.config({ multiQueue: true, ...a.fakeIpam('', { ADD: waiting(a, script) }) })
      using running = new Running(a, 'ADD', config)
      await until('the IPAM plugin to run', () => hasStarted(a))
      using queue = TunTap.attach({ mode: 'tap', name: 'tap0', netns: a.namespace.path, multiQueue: true })
      queue.setPersist(true)
      if (signal !== undefined) running.child.kill(signal)
      go(a)
      assert.is((await running.failure()).code, code)
      a.assertClean()
    }))

test('a signal to the process group does not stop the IPAM plugin, and ADD is undone', () =>
  attached(async (a) => {
    const script = waiting(a, `echo complete > ${a.folder}/complete; printf '%s' '${result}'`)
    using running = new Running(a, 'ADD', a.config(a.fakeIpam('', { ADD: script })))
    await until('the IPAM plugin to run', () => hasStarted(a))
    running.killGroup('SIGINT')
    go(a)
    assert.is((await running.failure()).msg, 'interrupted by SIGINT')
    assert.is(a.read('complete'), 'complete\n')
    assert.equal(a.ipamCalls, ['ADD', 'DEL'])
    a.assertClean()
  }))

test('enabledad: SIGTERM ends the wait for duplicate address detection', () =>
  attached(async (a) => {
    a.namespace.exec('sh', ['-c', 'echo 60 > /proc/sys/net/ipv6/conf/default/dad_transmits'])
    const config = a.config({ enabledad: true, ...a.fakeIpam({ ips: [{ address: '2001:db8::2/64' }] }) })
    using running = new Running(a, 'ADD', config)
    await until('the address to exist', () => a.addresses().includes('2001:db8::2/64'))
    running.child.kill('SIGTERM')
    assert.is((await running.failure()).msg, 'interrupted by SIGTERM')
    a.assertClean()
  }))

/** Creates a table that disappears with the returned connection. */
function ownTable(a: Attachment, name: string) {
  const nl = Connection.openProtocol(netfilter, { netns: a.namespace.path })
  const batch = nl.batch({ oneCall: true })
  const mark = { resId: NFNL_SUBSYS.NFTABLES }
  batch.add('NFNL_MSG_BATCH_BEGIN', mark, { ack: false })
  batch.add('NFT_MSG_NEWTABLE', { family: NFPROTO.BRIDGE, attrs: { name, flags: NFT_TABLE_F.OWNER } }, { create: true })
  batch.add('NFNL_MSG_BATCH_END', mark, { ack: false })
  const { first } = batch.sendSync()
  if (first !== undefined) throw first.error
  return nl
}

function onBridge(use: (a: Attachment, config: object) => unknown) {
  return attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    return use(a, a.config({ bridge: 'br0', macspoofchk: true }))
  })
}

test('GC leaves a table that a process of the pod owns, with a note, and removes all others', () =>
  onBridge((a, config) => {
    a.succeed('ADD', config)
    a.succeed('ADD', config, { containerId: 'c2', ifname: 'tap2' })
    const name = `netloom/${a.network}/aa/x`
    using _ = ownTable(a, name)
    const { stderr } = a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
    assert.match(stderr, `table bridge "${name}" was left alone: another process owns it`)
    assert.equal(a.devices().sort(), ['br0', 'lo'])
    using nl = Connection.openProtocol(netfilter, { netns: a.namespace.path })
    const tables = nl.dumpSync('NFT_MSG_GETTABLE', { family: NFPROTO.BRIDGE }).map(({ attrs }) => attrs.name)
    assert.equal(tables, [name])
  }))

test('DEL leaves a table that a process of the pod owns, with a note', () =>
  onBridge((a, config) => {
    const name = `netloom/${a.network}/c1/tap0`
    using _ = ownTable(a, name)
    a.fail('ADD', config, 101, /EPERM/)
    const { stderr } = a.succeed('DEL', config)
    assert.match(stderr, `table bridge "${name}" was left alone: another process owns it`)
  }))

test('DEL deletes all devices with the alias of its attachment', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    for (const name of ['forged1', 'forged2', 'forged3']) {
      a.namespace.exec('ip', ['tuntap', 'add', name, 'mode', 'tap'])
      a.namespace.exec('ip', ['link', 'set', name, 'alias', `netloom/${a.network}/c1/tap0`])
    }
    a.succeed('DEL', a.config())
    a.assertClean()
  }))

test('the stderr of an IPAM plugin that fails with an error object is printed', () =>
  attached((a) => {
    const script = `echo 'a hint' >&2; printf '%s' '{"code": 42, "msg": "no address left"}'; exit 1`
    const { stderr } = a.fail('ADD', a.config(a.fakeIpam('', { ADD: script })), 42, 'no address left')
    assert.is(stderr, 'a hint\n')
  }))

test('DEL fails for the path of a namespace with a slash at its end', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    a.fail('DEL', a.config(), 8, /ENOTDIR/, { netns: `${a.namespace.path}/` })
    assert.ok(a.devices().includes('tap0'))
  }))

/** Runs the plugin in a mount namespace after a shell script. */
const after = (a: Attachment, script: string, command: string, config: object) =>
  callPlugin(a.call(command, config), ['unshare', '-m', 'sh', '-c', `${script}\nexec "$@"`, 'sh', ...plugin])

for (const name of ['CNI_NETNS', 'CNI_ARGS', 'CNI_PATH'])
  test(`DEL refuses a ${name} that is not UTF-8`, () =>
    attached((a) => {
      a.succeed('ADD', a.config())
      const { json } = after(a, `export ${name}="$(printf 'A=/run/netns/x\\351')"`, 'DEL', a.config())
      assert.is(json?.code, 4)
      assert.match(json.msg, new RegExp(`^invalid ${name} .*: expected UTF-8$`))
      assert.ok(a.devices().includes('tap0'))
    }))

test('GC skips names that are not UTF-8, and links to names that are too long, with a note', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    const script = `touch '${a.folder}/netns'; mount --bind '${a.namespace.path}' '${a.folder}/netns'
      mount -t tmpfs none /run/netns; touch /run/netns/one "/run/netns/$(printf 'x\\351')"
      mount --move '${a.folder}/netns' /run/netns/one 2> /dev/null || mount --bind '${a.folder}/netns' /run/netns/one
      ln -s "$(printf '%0300d' 0)" /run/netns/long`
    const { exitCode, stderr } = after(a, script, 'GC', a.config({ 'cni.dev/valid-attachments': [] }))
    assert.is(exitCode, 0)
    assert.match(stderr, /^skipped "\/run\/netns\/long": ENAMETOOLONG/m)
    assert.match(stderr, /^skipped "\/run\/netns\/x.": the name is not UTF-8$/m)
    a.assertClean()
  }))

test.run()
