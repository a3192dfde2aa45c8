import { stringify } from 'yaml'
import { clusterAccess, clusterTasks } from '../../src/model/cluster-access.ts'

/** docs/cluster-role.yaml: one ClusterRole a task, with nothing that osferry does not ask for. */
export function clusterRoleFile(regenerate: string): string {
  const roles = clusterTasks.map((task) => {
    const rules = clusterAccess
      .filter(({ tasks }) => tasks.includes(task))
      .map(({ group, resources, names, verbs, why }) => {
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
      'kind: ClusterRole',
      'metadata:',
      `  name: osferry-${task}`,
      'rules:',
      ...rules,
    ].join('\n')
  })
  return [
    `# What osferry asks of a cluster; generated: ${regenerate}`,
    '# kubectl apply -f docs/cluster-role.yaml, then bind the roles that you use, for example:',
    '#   kubectl create clusterrolebinding osferry-drain --clusterrole=osferry-drain --user=YOU',
    `# osferry doctor --cluster tells what a login still lacks.`,
    roles.join('\n---\n'),
    '',
  ].join('\n')
}
