//! Folds over lists: a loop over steps, the facts of the item in registers of their own.

use super::super::code::{FactRegister, Place, PlannedList, Shape, Step};
use super::Lowering;
use crate::{FieldId, Fold, Op, Value};

impl<'p> Lowering<'p> {
    pub(super) fn item_fact(&mut self, field: FieldId, depth: u32) -> Place {
        let Some(list) = self.open.get(depth as usize).copied() else { return Place::Outside };
        let Some(shape) = self.shape_of(field).filter(|shape| *shape != Shape::Text) else {
            return Place::Outside;
        };
        let held = self.planned.lists.get(list).and_then(|list| {
            list.facts.iter().find(|fact| fact.field == field).map(|fact| fact.register)
        });
        let register = held.unwrap_or_else(|| {
            let register = self.register(shape);
            if let Some(list) = self.planned.lists.get_mut(list) {
                list.facts.push(FactRegister { field, register, shape });
            }
            register
        });
        Place::Register(register, shape)
    }

    pub(super) fn fold(&mut self, op: &'p Op, at: usize) -> Place {
        let Op::FoldList { fold, list, shared, body, filter, value } = op else {
            return Place::Outside;
        };
        if let Some((needs, gate)) = shared {
            let Some(needs) = needs else { return Place::Outside };
            let due = Place::Constant(Value::Number(crate::evaluate::level_of(*needs)));
            let gate = self.place(*gate);
            let granted = self.compare(crate::Comparison::GreaterOrEqual, &gate, &due);
            if !self.require(&granted, true) {
                return Place::Outside;
            }
        }
        let number = self.planned.lists.len();
        self.planned.lists.push(PlannedList { list: *list, facts: Vec::new() });
        let outer = self.seen.clone();
        let (head, tables) = (self.planned.steps.len(), self.tables_seen.len());
        self.open.push(number);
        self.range(at + 1, at + 1 + *body as usize);
        let filter = filter.map(|slot| self.place(slot));
        let value = value.map(|slot| self.place(slot));
        let folded = self.folded(*fold, filter.as_ref(), value.as_ref());
        self.open.pop();
        // What the body computed is one item's: nothing after it is the same.
        self.seen = outer;
        self.tables_seen.truncate(tables);
        let Some((filter, value, shape)) = folded else {
            // Its steps are walked once for nothing, on registers that nothing reads.
            self.planned.steps.truncate(head);
            return Place::Outside;
        };
        let body = self.planned.steps.len() - head;
        let (Ok(body), Ok(list)) = (u32::try_from(body), u32::try_from(number)) else {
            return Place::Outside;
        };
        let out = self.register(shape);
        let step = Step::Fold { fold: *fold, list, body, filter, value };
        self.planned.steps.insert(head, super::Written { step, out });
        Place::Register(out, shape)
    }

    /// Puts what is folded into registers. Shape: the filter, the value, the shape of the result.
    fn folded(
        &mut self,
        fold: Fold,
        filter: Option<&Place>,
        value: Option<&Place>,
    ) -> Option<(Option<u32>, Option<u32>, Shape)> {
        let filter = match filter.map(|filter| self.held(filter)) {
            None => None,
            Some(Some((filter, Shape::Bool))) => Some(filter),
            Some(_) => return None,
        };
        match (fold, value) {
            (Fold::Count, _) => Some((filter, None, Shape::Number(1))),
            (Fold::Exists | Fold::All, _) => Some((filter, None, Shape::Bool)),
            (Fold::Sum | Fold::Minimum | Fold::Maximum, None) => None,
            (Fold::Sum, Some(value)) => match self.held(value)? {
                (value, shape @ Shape::Number(_)) => Some((filter, Some(value), shape)),
                (_, Shape::Bool | Shape::Date | Shape::Enum | Shape::Text | Shape::Ratio) => None,
            },
            (Fold::Minimum | Fold::Maximum, Some(value)) => match self.held(value)? {
                (value, shape @ (Shape::Number(_) | Shape::Date)) => {
                    Some((filter, Some(value), shape))
                }
                (_, Shape::Bool | Shape::Enum | Shape::Text | Shape::Ratio) => None,
            },
        }
    }
}
