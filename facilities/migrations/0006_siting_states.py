"""No answer in time is a state of its own; ways of results may be minutes, not only metres."""

from django.db import migrations, models

RENAMED = (("mean_m", "mean"), ("worst_m", "worst"), ("far_m", "far"))


def rename_ways(apps, schema_editor):
    for row in apps.get_model("facilities", "SitingScenario").objects.all():
        told = row.result
        if told:
            told["weight"] = told.get(row.question.get("weights", "elders"), 0)
            told.get("before", {})["sure"] = True
        for part in (told.get("before", {}), told.get("after", {}), *told.get("sites", [])):
            for old, new in RENAMED:
                if old in part:
                    part[new] = part.pop(old)
        for site in told.get("sites", []):
            if site.get("alternative"):
                site["alternative"]["sure"] = True
        for number, point in enumerate(row.points, 1):
            point.append(number)
        row.save(update_fields=["result", "points"])


class Migration(migrations.Migration):
    dependencies = [("facilities", "0005_states_of_facilities")]

    operations = [
        migrations.AlterField(
            model_name="sitingscenario",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("running", "searching"),
                    ("proven", "proven best"),
                    ("unproven", "not proven best"),
                    ("impossible", "impossible"),
                    ("not_found", "no answer in time"),
                    ("stopped", "stopped"),
                    ("failed", "failed"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.RunPython(rename_ways, migrations.RunPython.noop),
    ]
