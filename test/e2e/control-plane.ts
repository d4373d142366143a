import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../support/until.js'
import { Daemon } from './daemon.js'
import { provided } from './environment.js'
import { nodeAddress } from './node.js'

const execute = promisify(execFile)

const server = 'https://127.0.0.1:6443'
const etcd = 'http://127.0.0.1:2379'

/** The programs that manage a cluster: etcd, the API server, the controllers and the scheduler. */
export class ControlPlane {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'cluster-'))
  readonly kubeconfig: string = join(this.folder, 'kubeconfig')
  readonly #daemons: Daemon[] = []

  #write(name: string, text: string): string {
    const file = join(this.folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }

  #start(program: string, ...args: string[]): Daemon {
    const daemon = new Daemon(this.folder, program)
    this.#daemons.push(daemon)
    daemon.start(...args)
    return daemon
  }

  /** Starts them, and waits until the API server is ready. All use one account without restrictions. */
  async start(): Promise<void> {
    const program = (name: string) => join(provided('NETLOOM_KUBERNETES'), name)
    const pem = { format: 'pem' } as const
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', ...pem },
      publicKeyEncoding: { type: 'spki', ...pem },
    })
    const key = this.#write('accounts.key', privateKey)
    const token = 'token'
    this.#write(
      'kubeconfig',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'cluster', cluster: { server, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'admin', user: { token } }],
        contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'admin' } }],
        'current-context': 'context',
      }),
    )
    this.#start(
      ...[provided('NETLOOM_ETCD'), '--data-dir', join(this.folder, 'etcd')],
      ...['--listen-client-urls', etcd, '--advertise-client-urls', etcd, '--listen-peer-urls', 'http://127.0.0.1:2380'],
    )
    const api = this.#start(
      ...[program('kube-apiserver'), '--etcd-servers', etcd, '--cert-dir', this.folder],
      ...['--bind-address', '127.0.0.1', '--secure-port', '6443', '--advertise-address', nodeAddress],
      ...['--kubelet-preferred-address-types', 'InternalIP'],
      ...['--service-cluster-ip-range', '10.96.0.0/16', '--authorization-mode', 'AlwaysAllow'],
      ...['--token-auth-file', this.#write('tokens', `${token},admin,admin,system:masters\n`)],
      ...['--service-account-issuer', server, '--service-account-signing-key-file', key],
      ...['--service-account-key-file', this.#write('accounts.pub', publicKey)],
    )
    await until('the API server to be ready', () => {
      api.throwIfEnded()
      return this.kubectl('get', '--raw', '/readyz').catch(() => undefined)
    })
    const common = ['--kubeconfig', this.kubeconfig, '--leader-elect=false']
    // By default it creates a folder in /usr/libexec.
    const own = ['--service-account-private-key-file', key, '--flex-volume-plugin-dir', join(this.folder, 'volumes')]
    this.#start(program('kube-controller-manager'), ...common, ...own)
    this.#start(program('kube-scheduler'), ...common)
  }

  /** Runs kubectl. Returns what it prints. */
  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await execute(provided('NETLOOM_KUBECTL'), ['--kubeconfig', this.kubeconfig, ...args], {
      encoding: 'utf8',
      cwd: this.folder,
      maxBuffer: 2 ** 26,
    })
    return stdout
  }

  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind; the tests look at single members
  async get(...args: string[]): Promise<any> {
    return JSON.parse(await this.kubectl('get', ...args, '--output', 'json'))
  }

  /** Creates or changes an object. */
  async apply(object: object): Promise<void> {
    await this.kubectl('apply', '--filename', this.#write('object.json', JSON.stringify(object)))
  }

  /** Ends them. The pods go on. */
  async stop(): Promise<void> {
    for (const daemon of this.#daemons.reverse()) await daemon.stop()
  }

  /** Returns the ends of their logs. */
  log(): string {
    return this.#daemons.map((daemon) => `${daemon.program}:\n${daemon.log()}`).join('\n')
  }
}
