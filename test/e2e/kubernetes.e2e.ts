import { suiteNeeding } from '../support/privileges.js'
import { Cluster } from './cluster.js'
import { addClusterTests } from './cluster-tests.js'
import { makeNode } from './node.js'
import { addNodeCallTests } from './node-calls.js'
import { addStaticPodTests, StaticPods } from './static-pods.js'

// The kubelet of Kubernetes 1.20 over containerd 1.6, and a cluster with the manifests of a release.

const kubelet = suiteNeeding('e2e: static pods of a kubelet', 'netns', 'tun', 'cniPlugins')
const node = new StaticPods()
kubelet.before(async () => {
  makeNode()
  await node.start()
})
kubelet.after(async () => {
  console.log(node.kubelet.log(), node.containerd.log())
  await node.stop()
})
addNodeCallTests(kubelet, node)
addStaticPodTests(kubelet, node)
kubelet.run()

const managed = suiteNeeding('e2e: the manifests in a cluster', 'netns', 'tun', 'cniPlugins')
const cluster = new Cluster()
managed.before(() => cluster.start())
managed.after(async () => {
  console.log(cluster.plane.log(), cluster.kubelet.log(), cluster.containerd.log())
  await cluster.stop()
})
addClusterTests(managed, cluster)
managed.run()
