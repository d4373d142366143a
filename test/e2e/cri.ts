import { basename, dirname } from 'node:path'
import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/** Limit of a call in milliseconds. It only stops calls that hang. */
const hangs = 300_000

// biome-ignore lint/suspicious/noExplicitAny: the messages of the CRI, whose declarations are read when the suite runs
type Message = any

type Method = (request: object, options: object, done: (error: ServiceError | null, reply: Message) => void) => void

export interface Pod {
  readonly id: string
  readonly config: object
}

/** Client of a container runtime, as the kubelet is one. */
export class Cri implements Disposable {
  readonly #client: Record<string, Method> & { close(): void }

  /** @param proto path of the declarations of the CRI */
  constructor(proto: string, socket: string) {
    const definition = loadSync(basename(proto), {
      includeDirs: [dirname(proto)],
      keepCase: true,
      defaults: true,
      enums: String,
      longs: Number,
    })
    const { runtime } = loadPackageDefinition(definition) as Message
    this.#client = new runtime.v1.RuntimeService(`unix:${socket}`, credentials.createInsecure(), {
      'grpc.default_authority': 'localhost',
    })
  }

  call(method: string, request: object = {}): Promise<Message> {
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, reply: Message) => (error ? reject(error) : resolve(reply))
      this.#client[method]?.call(this.#client, request, { deadline: Date.now() + hangs }, done)
    })
  }

  async run(name: string, keys: object = {}): Promise<Pod> {
    const metadata = { name, uid: `uid-${name}`, namespace: 'default', attempt: 0 }
    const config = { metadata, linux: { cgroup_parent: process.env.NETLOOM_CGROUP }, ...keys }
    const { pod_sandbox_id: id } = await this.call('RunPodSandbox', { config })
    return { id, config }
  }

  /** Returns a pod's address, its state, and the path of its network namespace. */
  async status({ id }: Pod): Promise<{ ip: string; state: string; netns: string }> {
    const { status, info } = await this.call('PodSandboxStatus', { pod_sandbox_id: id, verbose: true })
    const { linux } = JSON.parse(info.info).runtimeSpec
    const netns = linux.namespaces.find(({ type }: { type: string }) => type === 'network').path
    return { ip: status.network?.ip ?? '', state: status.state, netns }
  }

  stop({ id }: Pod): Promise<void> {
    return this.call('StopPodSandbox', { pod_sandbox_id: id })
  }

  remove({ id }: Pod): Promise<void> {
    return this.call('RemovePodSandbox', { pod_sandbox_id: id })
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }
}
