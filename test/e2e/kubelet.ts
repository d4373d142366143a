import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod, PodList } from 'kubernetes-types/core/v1.js'
import { until } from '../support/until.js'
import { image } from './containerd.js'
import { Daemon } from './daemon.js'
import { provided } from './environment.js'
import { nodeAddress } from './node.js'

/** Name of the node. */
export const nodeName = 'node'

/** Limit in milliseconds for what the kubelet does in its own time, such as each minute. */
export const unhurried = 300_000

/** Returns the specification of a pod whose only container waits. */
export const podSpec = () => ({
  terminationGracePeriodSeconds: 5,
  containers: [{ name: 'main', image, imagePullPolicy: 'Never' }],
})

/** A kubelet with its own folders. It runs the pods of its static manifests, and those of a cluster if it has one. */
export class Kubelet {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kubelet-'))
  readonly #manifests = join(this.#folder, 'manifests')
  readonly #daemon = new Daemon(this.#folder, join(provided('NETLOOM_KUBERNETES'), 'kubelet'))

  /**
   * @param runtime socket of the container runtime
   * @param kubeconfig how to reach the API server of the cluster
   */
  constructor(
    readonly runtime: string,
    readonly kubeconfig?: string,
  ) {
    mkdirSync(this.#manifests)
    const configuration = {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      staticPodPath: this.#manifests,
      fileCheckFrequency: '1s',
      volumePluginDir: join(this.#folder, 'volume-plugins'),
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: 'AlwaysAllow' },
      readOnlyPort: 10255,
      // Everything stays in the suite's control group, which is removed at its end. Without cgroupsPerQOS it is not used.
      cgroupRoot: provided('NETLOOM_CGROUP'),
      cgroupsPerQOS: true,
      enforceNodeAllocatable: [],
      protectKernelDefaults: true,
      makeIPTablesUtilChains: false,
      oomScoreAdj: 0,
      failSwapOn: false,
      // What this machine's disk and memory are used for is not the concern of the suite.
      imageGCHighThresholdPercent: 100,
      evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
    }
    writeFileSync(join(this.#folder, 'config.json'), JSON.stringify(configuration))
  }

  /** Starts it, and waits until it serves. */
  async start(): Promise<void> {
    this.#daemon.start(
      ...['--config', join(this.#folder, 'config.json'), '--root-dir', join(this.#folder, 'root')],
      ...['--cert-dir', join(this.#folder, 'pki'), '--hostname-override', nodeName, '--node-ip', nodeAddress],
      ...['--container-runtime', 'remote', '--container-runtime-endpoint', `unix://${this.runtime}`],
      ...(this.kubeconfig === undefined ? [] : ['--kubeconfig', this.kubeconfig]),
    )
    await until('the kubelet to serve', () => {
      this.#daemon.throwIfEnded()
      return this.pods().catch(() => undefined)
    })
  }

  /** Ends it. The pods go on. */
  stop(): Promise<void> {
    return this.#daemon.stop()
  }

  /** Writes the manifest of a static pod, which it then runs. */
  addPod(name: string): void {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: podSpec() }
    writeFileSync(join(this.#manifests, `${name}.json`), JSON.stringify(pod))
  }

  removePod(name: string): void {
    rmSync(join(this.#manifests, `${name}.json`), { force: true })
  }

  /** Returns the pods that it runs, with their states. */
  async pods(): Promise<readonly Pod[]> {
    const response = await fetch('http://127.0.0.1:10255/pods')
    return ((await response.json()) as PodList).items ?? []
  }

  /** Waits until a static pod runs, after a number of restarts of its container. */
  running(name: string, restarts = 0): Promise<Pod> {
    return until(
      `${name} to run, after ${restarts} restarts`,
      async () => {
        const pod = (await this.pods()).find(({ metadata }) => metadata?.name === `${name}-${nodeName}`)
        const [container] = pod?.status?.containerStatuses ?? []
        return container?.state?.running && container.restartCount >= restarts ? pod : undefined
      },
      unhurried,
    ) // After a failure, the kubelet waits longer and longer.
  }

  /** Returns the end of its log. */
  log(): string {
    return this.#daemon.log()
  }
}
