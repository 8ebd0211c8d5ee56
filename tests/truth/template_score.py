"""How well predicted templates agree with true ones, line by line.

GA    share of lines in a predicted group that is exactly a true group (Zhu et al., ICSE 2019)
FGA   F1 of groups: those that are exactly a true group, of the predicted and of the true ones (Jiang et al., ISSTA 2024)
FTA   F1 of templates: those whose every line has exactly that text as its true template (ibid.)
"""
import collections


def f1(right, predicted, true):
    return 2 * right / (predicted + true) if right else 0.0


def score(true, predicted):
    """{"GA", "FGA", "FTA"} of two lists of templates, one each for every line."""
    if len(true) != len(predicted):
        raise ValueError(f"{len(true)} lines have a true template, {len(predicted)} a predicted one")
    of_true, of_predicted = collections.Counter(true), collections.Counter(predicted)
    both = collections.Counter(zip(true, predicted))
    same = [t for (t, p), lines in both.items() if lines == of_true[t] == of_predicted[p]]
    behind = collections.defaultdict(set)
    for t, p in both:
        behind[p].add(t)
    right = sum(1 for p, trues in behind.items() if trues == {p})
    sizes = (len(of_predicted), len(of_true))
    return {"GA": sum(of_true[t] for t in same) / len(true), "FGA": f1(len(same), *sizes), "FTA": f1(right, *sizes)}
