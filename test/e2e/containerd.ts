import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/until.js'
import { Cri } from './cri.js'
import { Daemon } from './daemon.js'
import { provided } from './environment.js'
import { makeImage } from './image.js'
import { PluginFolder } from './plugin-folder.js'

/** Image with busybox. Its container waits. */
export const image = 'localhost/pause:1'

/** A container runtime with its own folders, plugins and networks. */
export class Containerd {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'containerd-'))
  readonly plugins: PluginFolder = new PluginFolder(join(this.folder, 'plugins'))
  readonly socket: string = join(this.folder, 'containerd.sock')
  readonly #networks = join(this.folder, 'net.d')
  readonly #bin: string
  readonly #env: NodeJS.ProcessEnv
  readonly #daemon: Daemon
  #client: Cri | undefined

  /**
   * @param programs folder of Debian's package
   * @param binDir folder of its plugins; by default one whose `tap` records its calls
   */
  constructor(
    programs: string,
    readonly binDir?: string,
  ) {
    const runc = provided('NETLOOM_RUNC')
    this.#bin = join(programs, 'usr/bin')
    const libraries = join(runc, 'usr/lib/x86_64-linux-gnu')
    const path = [this.#bin, join(runc, 'usr/sbin'), process.env.PATH].join(':')
    this.#env = { ...process.env, PATH: path, LD_LIBRARY_PATH: libraries }
    this.#daemon = new Daemon(this.folder, join(this.#bin, 'containerd'), this.#env)
    mkdirSync(this.#networks)
  }

  /** Writes a network configuration list. The files' names define the order. */
  setNetwork(name: string, list: object): void {
    writeFileSync(join(this.#networks, `${name}.conflist`), JSON.stringify(list))
  }

  removeNetwork(name: string): void {
    rmSync(join(this.#networks, `${name}.conflist`))
  }

  #configure(networks: number): void {
    const cri = 'plugins."io.containerd.grpc.v1.cri"'
    const lines = [
      'version = 2',
      `root = "${this.folder}/root"`,
      `state = "${this.folder}/state"`,
      '[grpc]',
      `address = "${this.socket}"`,
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
      `bin_dir = "${this.binDir ?? this.plugins.folder}"`,
      `conf_dir = "${this.#networks}"`,
      `max_conf_num = ${networks}`,
    ]
    writeFileSync(join(this.folder, 'config.toml'), `${lines.join('\n')}\n`)
  }

  /** Starts it, with a number of networks for each pod, and waits until its networks are ready. */
  async start(networks = 1): Promise<void> {
    this.#configure(networks)
    this.#daemon.start('--config', join(this.folder, 'config.toml'))
    await until('the socket of containerd', () => existsSync(this.socket))
    this.#client = new Cri(provided('NETLOOM_CRI_API'), this.socket)
    await until('the networks to be ready', () => this.isReady())
  }

  async isReady(): Promise<boolean> {
    const { status } = await this.cri.call('Status').catch(() => ({ status: { conditions: [] } }))
    return status.conditions.some(
      (each: { type: string; status: boolean }) => each.type === 'NetworkReady' && each.status,
    )
  }

  /** True if it has read a network whose configuration contains a text. */
  async hasNetwork(text: string): Promise<boolean> {
    const { info } = await this.cri.call('Status', { verbose: true })
    return info.cniconfig.includes(text)
  }

  /** Imports an image: by default that of the pods' first container. */
  importImage(file: string = makeImage(this.folder, image), ...options: string[]): void {
    const help = execFileSync(join(this.#bin, 'ctr'), ['images', 'import', '--help'], {
      env: this.#env,
      encoding: 'utf8',
    })
    const local = help.includes('--local') ? ['--local'] : []
    const args = ['images', 'import', ...local, '--snapshotter', 'native', ...options, file]
    execFileSync(join(this.#bin, 'ctr'), ['-a', this.socket, '-n', 'k8s.io', ...args], {
      env: this.#env,
      stdio: 'pipe',
    })
  }

  get cri(): Cri {
    if (!this.#client) throw new Error('containerd is not running')
    return this.#client
  }

  async removePods(): Promise<void> {
    if (!this.#client) return
    const { items } = await this.cri.call('ListPodSandbox')
    await Promise.all(items.map((pod: { id: string }) => this.cri.remove(pod)))
  }

  /** Ends it. The pods go on. */
  async stop(): Promise<void> {
    this.#client?.[Symbol.dispose]()
    await this.#daemon.stop()
  }

  /** Returns the end of its log. */
  log(): string {
    return this.#daemon.log()
  }
}
