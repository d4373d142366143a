import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { provided } from './environment.js'
import { makeRootfs } from './image.js'
import { PluginFolder } from './plugin-folder.js'

const execute = promisify(execFile)

const libraries = (folder: string) => ['usr/lib', 'lib'].map((each) => join(folder, each, 'x86_64-linux-gnu'))

/** podman with its own folders, plugins and networks. Its containers contain only busybox. */
export class Podman {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'podman-'))
  readonly plugins: PluginFolder = new PluginFolder(join(this.folder, 'plugins'))
  readonly #networks = join(this.folder, 'net.d')
  readonly #rootfs = join(this.folder, 'rootfs')
  readonly #program: string
  readonly #env: NodeJS.ProcessEnv

  constructor() {
    const [podman, runc] = [provided('NETLOOM_PODMAN'), provided('NETLOOM_RUNC')]
    this.#program = join(podman, 'usr/bin/podman')
    mkdirSync(this.#networks)
    makeRootfs(this.#rootfs)
    const write = (name: string, ...lines: string[]) => {
      writeFileSync(join(this.folder, name), `${lines.join('\n')}\n`)
      return join(this.folder, name)
    }
    const containers = write(
      'containers.conf',
      '[network]',
      'network_backend = "cni"',
      `cni_plugin_dirs = ["${this.plugins.folder}"]`,
      `network_config_dir = "${this.#networks}"`,
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'runtime = "runc"',
      `conmon_path = ["${podman}/usr/bin/conmon"]`,
      '[engine.runtimes]',
      `runc = ["${runc}/usr/sbin/runc"]`,
    )
    const storage = write(
      'storage.conf',
      '[storage]',
      'driver = "vfs"',
      `runroot = "${this.folder}/run"`,
      `graphroot = "${this.folder}/graph"`,
    )
    this.#env = {
      ...process.env,
      CONTAINERS_CONF: containers,
      CONTAINERS_STORAGE_CONF: storage,
      LD_LIBRARY_PATH: [...libraries(podman), ...libraries(runc)].join(':'),
    }
  }

  setNetwork(name: string, ...plugins: object[]): void {
    const list = { cniVersion: '1.0.0', name, plugins }
    writeFileSync(join(this.#networks, `${name}.conflist`), JSON.stringify(list))
  }

  /** Runs podman. Returns what it prints. */
  async call(...args: string[]): Promise<string> {
    const { stdout } = await execute(this.#program, args, { env: this.#env, encoding: 'utf8' })
    return stdout.trim()
  }

  /**
   * Runs a container.
   * @param options of `podman run`, such as its networks
   * @param command is the program of the container and its arguments
   */
  run(options: readonly string[], ...command: string[]): Promise<string> {
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
    const group = ['--cgroup-parent', provided('NETLOOM_CGROUP')]
    return this.call('run', ...limits, ...group, ...options, '--rootfs', this.#rootfs, ...command)
  }
}
