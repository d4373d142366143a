import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/until.js'
import { Cri } from './cri.js'
import { provided } from './environment.js'
import { makeImage } from './image.js'
import { PluginFolder } from './plugin-folder.js'

const image = 'localhost/pause:1'

/** A container runtime with its own folders, plugins and networks. */
export class Containerd {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'containerd-'))
  readonly plugins: PluginFolder = new PluginFolder(join(this.folder, 'plugins'))
  readonly #socket = join(this.folder, 'containerd.sock')
  readonly #networks = join(this.folder, 'net.d')
  readonly #bin: string
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  #client: Cri | undefined

  /** @param programs folder of Debian's package */
  constructor(programs: string) {
    const runc = provided('NETLOOM_RUNC')
    this.#bin = join(programs, 'usr/bin')
    const libraries = join(runc, 'usr/lib/x86_64-linux-gnu')
    const path = [this.#bin, join(runc, 'usr/sbin'), process.env.PATH].join(':')
    this.#env = { ...process.env, PATH: path, LD_LIBRARY_PATH: libraries }
    mkdirSync(this.#networks)
  }

  /** Writes a network configuration list. The files' names define the order. */
  setNetwork(name: string, list: object): void {
    writeFileSync(join(this.#networks, `${name}.conflist`), JSON.stringify(list))
  }

  #configure(networks: number): void {
    const cri = 'plugins."io.containerd.grpc.v1.cri"'
    const lines = [
      'version = 2',
      `root = "${this.folder}/root"`,
      `state = "${this.folder}/state"`,
      '[grpc]',
      `address = "${this.#socket}"`,
      `[${cri}]`,
      `sandbox_image = "${image}"`,
      'disable_apparmor = true',
      'restrict_oom_score_adj = true',
      'enable_unprivileged_ports = false',
      'enable_unprivileged_icmp = false',
      `[${cri}.containerd]`,
      'snapshotter = "native"',
      `[${cri}.containerd.runtimes.runc]`,
      'runtime_type = "io.containerd.runc.v2"',
      `[${cri}.cni]`,
      `bin_dir = "${this.plugins.folder}"`,
      `conf_dir = "${this.#networks}"`,
      `max_conf_num = ${networks}`,
    ]
    writeFileSync(join(this.folder, 'config.toml'), `${lines.join('\n')}\n`)
  }

  /** Starts it, with a number of networks for each pod, and waits until its networks are ready. */
  async start(networks = 1): Promise<void> {
    this.#configure(networks)
    const log = openSync(join(this.folder, 'log'), 'a')
    const options = { env: this.#env, stdio: ['ignore', log, log] as const, cwd: this.folder }
    this.#child = spawn(join(this.#bin, 'containerd'), ['--config', join(this.folder, 'config.toml')], {
      ...options,
      stdio: [...options.stdio],
    })
    await until('the socket of containerd', () => existsSync(this.#socket))
    this.#client = new Cri(provided('NETLOOM_CRI_API'), this.#socket)
    await until('the networks to be ready', () => this.isReady())
  }

  async isReady(): Promise<boolean> {
    const { status } = await this.cri.call('Status').catch(() => ({ status: { conditions: [] } }))
    return status.conditions.some(
      (each: { type: string; status: boolean }) => each.type === 'NetworkReady' && each.status,
    )
  }

  /** Imports the image of the pods' first container. */
  importImage(): void {
    const file = makeImage(this.folder, image)
    const help = execFileSync(join(this.#bin, 'ctr'), ['images', 'import', '--help'], {
      env: this.#env,
      encoding: 'utf8',
    })
    const local = help.includes('--local') ? ['--local'] : []
    const args = ['-a', this.#socket, '-n', 'k8s.io', 'images', 'import', ...local, '--snapshotter', 'native', file]
    execFileSync(join(this.#bin, 'ctr'), args, { env: this.#env, stdio: 'pipe' })
  }

  get cri(): Cri {
    if (!this.#client) throw new Error('containerd is not running')
    return this.#client
  }

  async removePods(): Promise<void> {
    if (!this.#client) return
    const { items } = await this.cri.call('ListPodSandbox')
    await Promise.all(items.map((pod: { id: string }) => this.cri.remove({ ...pod, config: {} })))
  }

  /** Ends it. The pods go on. */
  async stop(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#client?.[Symbol.dispose]()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    this.#child = undefined
  }

  /** Returns the end of its log. */
  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').split('\n').slice(-30).join('\n')
  }
}
