"""Which node of a cluster a statement is for: whether each distributed table in it has its distribution column bound.

A table is bound where its column equals a parameter or constant, or the column of a table that is, in what must hold
for every row (joined by AND). That is what Citus' router looks for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pglast import ast, parse_sql
from sqlalchemy import Engine, event

from app.core import db as database
from commands.cluster.catalogue import Table
from commands.cluster.intended import place_of

BOUND = ("bound",)
_QUERIES = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)
_PARAMETER = re.compile(r"%\((\w+)\)s")
Key = tuple[Any, ...]
_MOST_COLUMNS = 64


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Every statement that the program sends meanwhile, past SQLAlchemy too, with its parameters numbered."""
    found: list[str] = []

    def by_sqlalchemy(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        found.append(_PARAMETER.sub("$1", statement).replace("%%", "%"))

    with pytest.MonkeyPatch.context() as patch:
        event.listen(Engine, "before_cursor_execute", by_sqlalchemy)
        for owner, name, place in ((database, "_executed", 1), (database._Statements, "_result", 1)):
            patch.setattr(owner, name, _noting(getattr(owner, name), place, found))
        try:
            yield found
        finally:
            event.remove(Engine, "before_cursor_execute", by_sqlalchemy)


def _noting(run: Any, place: int, found: list[str]) -> Any:
    def noting(*args: Any) -> Any:
        found.append(args[place].text)
        return run(*args)

    return noting


def unbound(sql: str, tables: Sequence[Table]) -> set[str]:
    """The distributed tables of a statement whose rows may be on any node."""
    return Reading(tables).of(sql)


def touched(sql: str, tables: Sequence[Table]) -> set[str]:
    """The distributed tables of a statement."""
    reading = Reading(tables)
    reading.of(sql)
    return set(reading.seen.values())


@dataclass
class Scope:
    """What a query can name: its own sources, and those of the queries around it."""

    outer: "Scope | None"
    sources: dict[str, Any] = field(default_factory=dict)
    """By alias: a table's name, or the query that is read from; None for a function or values."""
    queries: dict[str, Any] = field(default_factory=dict)
    """Common table expressions by name."""

    def query(self, name: str) -> Any:
        return self.queries.get(name) or (self.outer.query(name) if self.outer else None)


class Reading:
    """One statement, taken apart."""

    def __init__(self, tables: Sequence[Table]) -> None:
        places = {one.name: place_of(one.name, frozenset(one.columns)) for one in tables}
        self._columns: Mapping[str, frozenset[str]] = {one.name: frozenset(one.columns) for one in tables}
        self._by = {name: place.column for name, place in places.items() if place and place.column}
        self._same: dict[Key, Key] = {}
        self.seen: dict[Key, str] = {}

    def of(self, sql: str) -> set[str]:
        for statement in parse_sql(sql):
            if isinstance(statement.stmt, _QUERIES):
                self._query(statement.stmt, None)
        return {name for key, name in self.seen.items() if self._root(key) != self._root(BOUND)}

    def _query(self, node: Any, outer: Scope | None) -> None:
        scope = Scope(outer)
        for one in getattr(node.withClause, "ctes", None) or ():
            scope.queries[one.ctename] = one.ctequery
            self._query(one.ctequery, scope)
        if isinstance(node, ast.SelectStmt) and node.larg:
            for side in (node.larg, node.rarg):
                self._query(side, scope)
                self._pass_on(node, side)
            return
        own = getattr(node, "relation", None)
        if own is not None:
            self._source(own, scope)
        for one in (*(getattr(node, "fromClause", None) or ()), *(getattr(node, "usingClause", None) or ())):
            self._source(one, scope)
        self._holds(getattr(node, "whereClause", None), scope)
        if isinstance(node, ast.InsertStmt):
            if node.selectStmt is not None:
                self._query(node.selectStmt, scope)
            self._inserted(node, scope)
        self._nested(node, scope)
        returning = getattr(node, "returningClause", None)
        listed = returning.exprs if returning else getattr(node, "targetList", None)
        for position, target in enumerate(listed or () if isinstance(node, ast.SelectStmt) or returning else ()):
            self._given(node, position, target, scope)

    def _source(self, node: Any, scope: Scope) -> None:
        if isinstance(node, ast.JoinExpr):
            self._source(node.larg, scope)
            self._source(node.rarg, scope)
            self._holds(node.quals, scope)
            return
        alias = node.alias.aliasname if node.alias else getattr(node, "relname", None)
        if isinstance(node, ast.RangeVar):
            known = scope.query(node.relname)
            scope.sources[alias] = known or node.relname
            if known is None and node.relname in self._by:
                self.seen[id(scope), alias] = node.relname
        elif isinstance(node, ast.RangeSubselect):
            self._query(node.subquery, scope)
            scope.sources[alias] = node.subquery
        else:
            scope.sources[alias] = None

    def _holds(self, node: Any, scope: Scope) -> None:
        """What must hold for every row."""
        if isinstance(node, ast.BoolExpr) and node.boolop.name == "AND_EXPR":
            for one in node.args:
                self._holds(one, scope)
        elif isinstance(node, ast.A_Expr) and node.kind.name == "AEXPR_OP" and node.name[-1].sval == "=":
            left, right = ([*one.args] if isinstance(one, ast.RowExpr) else [one] for one in (node.lexpr, node.rexpr))
            for one, other in zip(left, right, strict=True):
                self._equal(self._value(one, scope), self._value(other, scope))

    def _inserted(self, node: Any, scope: Scope) -> None:
        column = self._by.get(node.relation.relname)
        names = [one.name for one in node.cols or ()]
        if column is None or column not in names or node.selectStmt is None:
            return
        place, key = names.index(column), (id(scope), node.relation.relname)
        for row in node.selectStmt.valuesLists or ():
            self._equal(key, self._value(row[place], scope))
        if not node.selectStmt.valuesLists:
            self._equal(key, self._out(node.selectStmt, place))

    def _nested(self, node: Any, scope: Scope) -> None:
        """Queries within expressions."""
        for name in node:
            if name not in ("withClause", "larg", "rarg", "selectStmt"):
                self._walk(getattr(node, name), scope)

    def _walk(self, node: Any, scope: Scope) -> None:
        if isinstance(node, (list, tuple)):
            for one in node:
                self._walk(one, scope)
        elif isinstance(node, ast.SubLink):
            self._query(node.subselect, scope)
            self._walk(node.testexpr, scope)
        elif isinstance(node, ast.Node) and not isinstance(node, (*_QUERIES, ast.RangeSubselect)):
            for name in node:
                self._walk(getattr(node, name), scope)

    def _given(self, query: Any, position: int, target: Any, scope: Scope) -> None:
        """What a query hands on, by name and by position."""
        if isinstance(target.val, ast.ColumnRef) and isinstance(target.val.fields[-1], ast.A_Star):
            for alias, source in scope.sources.items():
                for column in set(self._by.values()):
                    self._equal(self._out(query, column), self._column(alias, source, column, scope))
            return
        name = target.name or (target.val.fields[-1].sval if isinstance(target.val, ast.ColumnRef) else None)
        for one in (position, name) if name else (position,):
            self._equal(self._out(query, one), self._value(target.val, scope))

    def _pass_on(self, query: Any, part: Any) -> None:
        for column in (*set(self._by.values()), *range(_MOST_COLUMNS)):
            self._equal(self._out(query, column), self._out(part, column))

    def _value(self, node: Any, scope: Scope) -> Key | None:
        while isinstance(node, ast.TypeCast):
            node = node.arg
        if isinstance(node, (ast.ParamRef, ast.A_Const)):
            return BOUND
        if not isinstance(node, ast.ColumnRef) or isinstance(node.fields[-1], ast.A_Star):
            return None
        *qualified, column = [one.sval for one in node.fields]
        around: Scope | None = scope
        while around:
            for alias, source in around.sources.items():
                if qualified and alias != qualified[-1]:
                    continue
                key = self._column(alias, source, column, around)
                if qualified or key:
                    return key
            around = around.outer
        return None

    def _column(self, alias: str, source: Any, column: str, scope: Scope) -> Key | None:
        if isinstance(source, str):
            return (id(scope), alias) if self._by.get(source) == column else None
        return self._out(source, column) if source is not None else None

    def _out(self, query: Any, column: str | int) -> Key:
        return ("out", id(query), column)

    def _equal(self, one: Key | None, other: Key | None) -> None:
        if one and other:
            self._same[self._root(one)] = self._root(other)

    def _root(self, key: Key) -> Key:
        while key in self._same and self._same[key] != key:
            key = self._same[key]
        return key
