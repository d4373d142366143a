import type { SpawnOptions } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { type Namespace, scratch } from '../support/netns.js'
import { type Answer, type Call, callPlugin, startPlugin } from '../support/plugin.js'

/** Directory of host-local and static of the CNI project, as packaged by Debian. */
export const standardPlugins =
  process.env.NETLOOM_CNI_PLUGINS ?? fileURLToPath(new URL('../../.cache/sid/usr/lib/cni', import.meta.url))

export const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const

let created = 0

/** A container attached to its own network: a scratch namespace, and a folder for plugins and their files. */
export class Attachment implements Disposable {
  readonly namespace: Namespace = scratch()
  readonly folder: string = mkdtempSync(join(tmpdir(), 'netloom-cni-'))
  readonly plugins: string = join(this.folder, 'plugins')
  readonly network: string = `netloom-${process.pid}-${++created}`
  private readonly dataDir = join(this.folder, 'leases')
  private readonly log = join(this.folder, 'ipam.log')

  constructor(readonly version: string = '1.1.0') {
    mkdirSync(this.plugins)
  }

  /** Returns a configuration of the network. */
  config(keys: object = {}): object {
    return { cniVersion: this.version, name: this.network, type: 'tap', ...keys }
  }

  /** Returns the `ipam` key for host-local, with its reservations in the folder. */
  hostLocal(...subnets: string[]): { ipam: object } {
    const ranges = subnets.map((subnet) => [{ subnet }])
    const [subnet = '10.1.2.0/24'] = subnets
    // Configurations of all versions support a single subnet.
    return { ipam: { type: 'host-local', dataDir: this.dataDir, ...(ranges.length > 1 ? { ranges } : { subnet }) } }
  }

  /**
   * Creates an IPAM plugin that answers ADD with `result` and the commands of `scripts` with those scripts. It logs
   * each command.
   */
  fakeIpam(result: unknown, scripts: Readonly<Record<string, string>> = {}, name = 'fake'): { ipam: { type: string } } {
    const json = typeof result === 'string' ? result : JSON.stringify(result)
    const cases = Object.entries({ ADD: `printf '%s' '${json}'`, ...scripts })
    const body = cases.map(([command, script]) => `${command}) ${script} ;;`).join('\n')
    const file = join(this.plugins, name)
    writeFileSync(
      file,
      `#!/bin/sh\ncat > '${file}.stdin'\necho $CNI_COMMAND >> '${this.log}'\ncase $CNI_COMMAND in\n${body}\nesac\n`,
    )
    chmodSync(file, 0o755)
    return { ipam: { type: name } }
  }

  /** Commands that fake IPAM plugins received, in order. */
  get ipamCalls(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n') : []
  }

  call(command: string, config: unknown, changes: Partial<Call> = {}): Call {
    const path = `${this.plugins}:${standardPlugins}`
    const base = { containerId: 'c1', netns: this.namespace.path, ifname: 'tap0', path }
    return { ...base, command, config, ...changes }
  }

  /** Runs the plugin. */
  run(command: string, config: unknown, changes?: Partial<Call>): Answer {
    return callPlugin(this.call(command, config, changes))
  }

  start(command: string, config: unknown, changes?: Partial<Call>, options?: SpawnOptions): Promise<Answer> {
    return startPlugin(this.call(command, config, changes), options)
  }

  /** Runs the plugin, which must succeed. */
  succeed(command: string, config: unknown, changes?: Partial<Call>): Answer {
    const answer = this.run(command, config, changes)
    assert.is(answer.exitCode, 0, answer.stdout)
    return answer
  }

  /** Runs ADD of the next plugin in a configuration list, with the previous result. Returns its result. */
  chain(type: string, keys: object, prevResult: object, ifname = 'tap0'): object {
    const call = this.call('ADD', this.config({ type, ...keys, prevResult }), { ifname })
    const { exitCode, stdout, json } = callPlugin(call, [`${standardPlugins}/${type}`])
    assert.is(exitCode, 0, stdout)
    return json
  }

  /** Runs the plugin, which must fail in the given way. */
  fail(command: string, config: unknown, code: number, msg?: string | RegExp, changes?: Partial<Call>): Answer {
    const answer = this.run(command, config, changes)
    assert.is(answer.exitCode, 1, `expected ${command} to fail, but it printed ${answer.stdout}`)
    assert.is(answer.json.code, code, answer.stdout)
    if (msg instanceof RegExp) assert.match(answer.json.msg, msg)
    else if (msg !== undefined) assert.is(answer.json.msg, msg)
    return answer
  }

  /** Returns the device with this name as `ip` shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
  link(name = 'tap0'): any {
    return this.namespace.ip('link').find(({ ifname }) => ifname === name)
  }

  /** Returns addresses such as `10.1.2.2/24`, without those that the kernel adds itself. */
  addresses(name = 'tap0'): string[] {
    const entries = this.namespace.ip('addr').filter(({ ifname }) => ifname === name)
    const infos = entries.flatMap(({ addr_info }) => addr_info)
    return infos.filter(({ scope }) => scope === 'global').map(({ local, prefixlen }) => `${local}/${prefixlen}`)
  }

  /** Opens the tap, like a virtual machine. */
  attach(options: { vnetHdr?: boolean; pi?: boolean } = {}): TunTap {
    return TunTap.attach({ mode: 'tap', name: 'tap0', netns: this.namespace.path, ...options })
  }

  /** Writes a file in the folder and returns its path. */
  write(name: string, text: string): string {
    const file = join(this.folder, name)
    writeFileSync(file, text)
    return file
  }

  /** Reads a file in the folder. */
  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  devices(): string[] {
    return this.namespace.ip('link').map(({ ifname }) => ifname)
  }

  /** Returns the addresses that host-local has reserved. */
  reservations(): string[] {
    const folder = join(this.dataDir, this.network)
    return existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f:.]+$/.test(name)) : []
  }

  /** Asserts that nothing leaked: no device except `kept`, no address, no reservation, no IPAM ADD without a DEL. */
  assertClean(...kept: string[]): void {
    assert.equal(this.devices().sort(), ['lo', ...kept].sort())
    assert.equal(this.reservations(), [])
    for (const name of kept) assert.equal(this.addresses(name), [])
    if (this.ipamCalls.includes('ADD')) assert.is(this.ipamCalls.at(-1), 'DEL')
  }

  [Symbol.dispose](): void {
    this.namespace.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Calls `use` with an attachment and removes it afterwards, also if `use` throws. */
export async function attached(use: (attachment: Attachment) => unknown, version?: string): Promise<void> {
  const attachment = new Attachment(version)
  try {
    await use(attachment)
  } finally {
    attachment[Symbol.dispose]()
  }
}
