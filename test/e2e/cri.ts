import { basename, dirname } from 'node:path'
import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/** Limit of a call in milliseconds. It only stops calls that hang. */
const hangs = 300_000

// biome-ignore lint/suspicious/noExplicitAny: the messages of the CRI, whose declarations are read when the suite runs
type Message = any

type Method = (request: object, options: object, done: (error: ServiceError | null, reply: Message) => void) => void

interface Id {
  readonly id: string
}

export interface Pod extends Id {
  readonly config: object
}

/** A pod that a kubelet started. */
export interface Sandbox extends Id {
  readonly state: string
  readonly metadata: { readonly name: string; readonly uid: string; readonly attempt: number }
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
  async status(pod: Id): Promise<{ ip: string; state: string; netns: string }> {
    const { status, info } = await this.call('PodSandboxStatus', { pod_sandbox_id: pod.id, verbose: true })
    const { linux } = JSON.parse(info.info).runtimeSpec
    const netns = linux.namespaces.find(({ type }: { type: string }) => type === 'network').path
    return { ip: status.network?.ip ?? '', state: status.state, netns }
  }

  /** Returns what the runtime keeps of a pod: the process id of its first container, and the result of its networks. */
  async kept({ id }: Id): Promise<{ pid: number; cniResult: Message }> {
    const { info } = await this.call('PodSandboxStatus', { pod_sandbox_id: id, verbose: true })
    return JSON.parse(info.info)
  }

  /** Returns the pods with a name, the newest first; by default all. */
  async sandboxes(name?: string): Promise<readonly Sandbox[]> {
    const filter = name === undefined ? {} : { label_selector: { 'io.kubernetes.pod.name': name } }
    const { items } = await this.call('ListPodSandbox', { filter })
    return items.sort((one: Message, other: Message) => other.created_at - one.created_at)
  }

  /** Returns the process id of the running container of a pod. */
  async containerPid({ id }: Id): Promise<number> {
    const filter = { pod_sandbox_id: id, state: { state: 'CONTAINER_RUNNING' } }
    const { containers } = await this.call('ListContainers', { filter })
    const { info } = await this.call('ContainerStatus', { container_id: containers[0].id, verbose: true })
    return JSON.parse(info.info).pid
  }

  stop({ id }: Id): Promise<void> {
    return this.call('StopPodSandbox', { pod_sandbox_id: id })
  }

  remove({ id }: Id): Promise<void> {
    return this.call('RemovePodSandbox', { pod_sandbox_id: id })
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }
}
