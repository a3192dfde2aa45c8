import { stringify } from 'yaml'
import { clusterAccess, clusterTasks } from '../../src/model/cluster-access.ts'

/** docs/cluster-role.yaml: one ClusterRole a task, a Role for what is asked for in one namespace, and nothing that osferry does not ask for. */
export function clusterRoleFile(regenerate: string): string {
  const roles = clusterTasks.map((task) => {
    const rows = clusterAccess.filter(({ tasks }) => tasks.includes(task))
    const namespace = rows[0]?.namespace
    if (rows.some((row) => row.namespace !== namespace)) throw new Error(`${task} needs two roles`)
    const rules = rows.map(({ group, resources, names, verbs, why }) => {
      const named = names === undefined ? {} : { resourceNames: [...names] }
      const value = { apiGroups: [group], resources: [...resources], ...named, verbs: [...verbs] }
      const rule = stringify(value, {
        collectionStyle: 'flow',
        lineWidth: 0,
      })
      return `  # ${why.en}\n  - ${rule.trim()}`
    })
    return [
      'apiVersion: rbac.authorization.k8s.io/v1',
      `kind: ${namespace === undefined ? 'ClusterRole' : 'Role'}`,
      'metadata:',
      `  name: osferry-${task}`,
      ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
      'rules:',
      ...rules,
    ].join('\n')
  })
  return [
    `# What osferry asks of a cluster; generated: ${regenerate}`,
    '# kubectl apply -f docs/cluster-role.yaml, then bind the roles that you use, for example:',
    '#   kubectl create clusterrolebinding osferry-drain --clusterrole=osferry-drain --user=YOU',
    '#   kubectl create rolebinding osferry-join -n kube-system --role=osferry-join --user=YOU',
    `# osferry doctor --cluster tells what a login still lacks.`,
    roles.join('\n---\n'),
    '',
  ].join('\n')
}
