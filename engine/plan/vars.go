package plan

import "github.com/streamflow/pipe/engine/rule"

// ruleVars gives the vars as rules see them, each with its value.
func (c *compiler) ruleVars() map[string]rule.Var {
	printed := c.Vars.Printed()
	m := map[string]rule.Var{}
	for _, v := range c.Spec.Vars {
		m[v.Name.V] = rule.Var{Type: v.Type.V, Value: printed[v.Name.V], Known: true}
	}
	return m
}
